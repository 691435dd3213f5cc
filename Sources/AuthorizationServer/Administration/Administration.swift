public import Cryptography
import OAuth

/// What an administrator may do. The REST API, the pages and the command line all come here, so their
/// rules and their events can't differ. Whether the caller is an administrator is theirs to check.
public struct Administration: Sendable {
    public let store: any Store
    let sealing: SealingKey
    let lane: HashingLane
    let generate: TokenGenerator
    let clock: WallClock

    public init(
        store: any Store, sealing: SealingKey, lane: HashingLane, generate: TokenGenerator,
        clock: WallClock
    ) {
        self.store = store
        self.sealing = sealing
        self.lane = lane
        self.generate = generate
        self.clock = clock
    }

    /// Writes down who did what. Called after the change and before its answer.
    func conclude(_ what: String, of subject: String, in domain: DomainID, by actor: String) async throws {
        try await store.record(
            Event(
                domain: domain, at: clock.now(), kind: .administered, actor: actor, subject: subject, detail: what))
    }

    /// Tries again with what is there now when somebody else changed the row in between.
    func retryingWhenStale<Answer>(_ act: (_ isFirst: Bool) async throws -> Answer) async throws -> Answer {
        for attempt in 0..<4 {
            do { return try await act(attempt == 0) } catch StoreError.stale {}
        }
        return try await act(false)
    }

    /// A fresh name of the form PlaceOS gives its rows: `user-3fX…`.
    func identifier(_ table: String) -> String { "\(table)-\(generate.next(9))" }
}

/// What is wrong with an administrator's wish, field by field.
public struct ValidationFailure: Error, Sendable, Equatable {
    public struct Fault: Sendable, Equatable {
        public let field: String
        /// Follows the field's name: `is too short`.
        public let reason: String
    }

    public let faults: [Fault]

    public init(_ faults: [Fault]) { self.faults = faults }
    public init(_ field: String, _ reason: String) { faults = [Fault(field: field, reason: reason)] }
}

/// An act that would leave nobody to administer the site.
public struct LastAdministrator: Error, Sendable {
    public init() {}
}

/// Collects faults, so that a person fixes them in one go.
struct Faults {
    private var faults: [ValidationFailure.Fault] = []

    mutating func add(_ field: String, _ reason: String) {
        faults.append(ValidationFailure.Fault(field: field, reason: reason))
    }

    mutating func check(_ field: String, _ text: String?, longest: Int = 255, required: Bool = false) {
        guard let text, !text.isEmpty else {
            if required { add(field, "can't be blank") }
            return
        }
        if text.utf8.count > longest { add(field, "is longer than \(longest) bytes") }
        if text.unicodeScalars.contains(where: { $0.value < 0x20 && $0.value != 0x0A && $0.value != 0x09 }) {
            add(field, "contains a control character")
        }
    }

    func verify() throws(ValidationFailure) {
        if !faults.isEmpty { throw ValidationFailure(faults) }
    }
}
