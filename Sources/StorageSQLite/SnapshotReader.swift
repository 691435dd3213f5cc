import GRDB
import Storage

/// Reads pages from one transaction that stays open between them, on a connection of its own. No thread waits while
/// a page is being received: the statement rests in the middle of its rows.
struct SnapshotReader: Sendable {
    private let connection: DatabaseQueue
    private let cursor = Cursor()

    /// The statement between two pages. Only the connection's queue touches it, one access after the other.
    private final class Cursor: @unchecked Sendable {
        var prepared: GRDB.Statement?
    }

    init(_ connection: DatabaseQueue) { self.connection = connection }

    func read(
        _ statements: [Storage.Statement], pageSize: Int,
        _ receive: @Sendable ([Storage.Row], Int) async throws -> Void
    ) async throws {
        // It holds the transaction and the statement, and nobody else uses it.
        defer { close() }
        // The first read chooses the moment, and the transaction keeps it for all.
        try await connection.unsafeRead { try $0.run("BEGIN") }
        for (index, statement) in statements.enumerated() {
            var hasEnded = false
            while !hasEnded {
                try Task.checkCancellation()
                let rows: [Storage.Row]
                (rows, hasEnded) = try await page(of: statement, size: pageSize)
                if !rows.isEmpty { try await receive(rows, index) }
            }
        }
    }

    private func page(
        of statement: Storage.Statement, size: Int
    ) async throws -> (rows: [Storage.Row], hasEnded: Bool) {
        try await connection.unsafeRead { [cursor] database in
            let prepared = try cursor.prepared ?? database.begin(statement)
            let page = try database.step(prepared, of: statement, limit: size)
            cursor.prepared = page.hasEnded ? nil : prepared
            return page
        }
    }

    private func close() {
        cursor.prepared = nil
        try? connection.close()
    }
}
