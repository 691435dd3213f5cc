import AuthorizationServer
import Storage
import StoragePostgres
import Synchronization

/// Reads and writes until it is stopped.
final class Load: Sendable {
    struct Outcome {
        /// What was written with success.
        var kept: Set<Int> = []
        /// Written with success, and not found by the read after it.
        var missed: Set<Int> = []
        var unavailable = 0
    }

    private let database: PostgresDatabase
    private let isOver = Atomic<Bool>(false)
    private let next = Atomic<Int>(0)
    private let outcome = Mutex(Outcome())

    init(_ database: PostgresDatabase) { self.database = database }

    func stop() { isOver.store(true, ordering: .relaxed) }

    /// - Throws: whatever is not `StoreError.unavailable`.
    func run() async throws -> Outcome {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<16 {
                group.addTask {
                    while !self.isOver.load(ordering: .relaxed) { try await self.act(alone: task % 4 == 0) }
                }
            }
            try await group.waitForAll()
        }
        return outcome.withLock { $0 }
    }

    private func act(alone: Bool) async throws {
        let number = next.add(1, ordering: .relaxed).newValue
        do {
            let insert = Statement("INSERT INTO item (id) VALUES ($1)", .text("\(number)"))
            _ = try await database.write([insert], alone: alone)
            outcome.withLock { _ = $0.kept.insert(number) }
            let rows = try await database.rows(Statement("SELECT 1 FROM item WHERE id = $1", .text("\(number)")))
            if rows.isEmpty { outcome.withLock { _ = $0.missed.insert(number) } }
        } catch StoreError.unavailable {
            outcome.withLock { $0.unavailable += 1 }
            // Refused at once while the server is down.
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}
