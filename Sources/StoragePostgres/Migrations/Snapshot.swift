import Dispatch
import Storage

/// Reads pages from one transaction that stays open between them, on a connection of its own.
final class Snapshot: Sendable {
    private let address: Address
    private let queue = DispatchQueue(label: "gatehouse.postgres.snapshot")
    private let place = Place()

    /// Only touched on the queue.
    private final class Place: @unchecked Sendable {
        private var session: Session?

        /// Opens the connection when there is none yet.
        func use(_ address: Address, _ act: (borrowing Session) throws -> [Row]) throws -> [Row] {
            if session == nil { session = try Session(address) }
            switch session {
            case .some(let session): return try act(session)
            case .none: return []
            }
        }

        func leave() { session = nil }
    }

    init(_ address: Address) { self.address = address }

    func read(
        _ statements: [Statement], pageSize: Int, _ receive: @Sendable ([Row], Int) async throws -> Void
    ) async throws {
        do {
            try await run { session in
                // Whoever receives the pages may take their time.
                try session.run("SET idle_in_transaction_session_timeout = 0")
                try session.run("SET statement_timeout = 0")
                try session.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                return []
            }
            for (index, statement) in statements.enumerated() {
                try await run { session in
                    try session.run(
                        "DECLARE page NO SCROLL CURSOR FOR \(statement.sql)", statement.parameters,
                        within: .seconds(600))
                }
                while true {
                    try Task.checkCancellation()
                    let rows = try await run { session in
                        try session.run("FETCH FORWARD \(max(pageSize, 1)) FROM page", [], within: .seconds(600))
                    }
                    if rows.isEmpty { break }
                    try await receive(rows, index)
                }
                try await run { session in try session.run("CLOSE page") }
            }
        } catch {
            await end()
            throw (error as? ServerFailure)?.answer ?? error
        }
        await end()
    }

    @discardableResult
    private func run(_ act: @escaping @Sendable (borrowing Session) throws -> [Row]) async throws -> [Row] {
        try await withUnsafeThrowingContinuation { (caller: UnsafeContinuation<[Row], any Error>) in
            queue.async { [address, place] in
                caller.resume(with: Result { try place.use(address, act) })
            }
        }
    }

    private func end() async {
        await withUnsafeContinuation { (caller: UnsafeContinuation<Void, Never>) in
            queue.async { [place] in
                place.leave()
                caller.resume()
            }
        }
    }
}
