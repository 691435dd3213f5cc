import AuthorizationServer
import Storage
import Synchronization

typealias Instant = ContinuousClock.Instant

/// Statements with the one who waits for their answer. Every call is answered once, also when its task has
/// been cancelled meanwhile.
struct Call: Sendable {
    let statements: [Statement]
    let reply: Reply
    var cancellation: Cancellation?
    /// When it is no longer worth waiting for a connection.
    var expires = Instant.now
    /// How often it has been undone by the server through no fault of its own.
    var retries = 0
    /// Whether it went down with a connection already.
    var wasLost = false

    init(_ statements: [Statement], _ reply: Reply, cancellation: Cancellation? = nil) {
        self.statements = statements
        self.reply = reply
        self.cancellation = cancellation
    }
}

enum Reply: Sendable {
    case rows(UnsafeContinuation<[Row], any Error>)
    case answers(UnsafeContinuation<[[Row]], any Error>)
    /// All who asked for the count before it was read.
    case count([UnsafeContinuation<ChangeCount, any Error>])

    func give(_ answers: [[Row]]) {
        switch self {
        case .rows(let caller): caller.resume(returning: answers.first ?? [])
        case .answers(let caller): caller.resume(returning: answers)
        case .count(let callers):
            let count = Result {
                let counts = try (answers.first ?? []).map { row in
                    var row = row.reader()
                    return UInt64(bitPattern: try row.integer())
                }
                guard counts.count == 2 else { throw StorageError.schema("change_count lacks a row.") }
                return ChangeCount(changes: counts[0], endings: counts[1])
            }
            for caller in callers { caller.resume(with: count) }
        }
    }

    func refuse(_ error: any Error) {
        switch self {
        case .rows(let caller): caller.resume(throwing: error)
        case .answers(let caller): caller.resume(throwing: error)
        case .count(let callers):
            for caller in callers { caller.resume(throwing: error) }
        }
    }
}

/// Whether the task that waits for a scan has been cancelled.
final class Cancellation: Sendable {
    private let flag = Atomic<Bool>(false)
    var isRequested: Bool { flag.load(ordering: .acquiring) }
    func request() { flag.store(true, ordering: .releasing) }
}
