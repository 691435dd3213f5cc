import OAuth
import StorageSQLite
import Testing

@testable import Storage

/// What a query costs must not depend on how long the server has run.
@Suite("What the database does for a statement")
struct PlanTests {
    let database: SQLiteDatabase

    init() async throws {
        database = try SQLiteDatabase(path: ":memory:")
        try await database.migrate(schema)
    }

    @Test func `every reference has an index`() async throws {
        let rows = try await database.rows(
            Statement(
                """
                SELECT child.name || '.' || reference."from"
                FROM sqlite_master child JOIN pragma_foreign_key_list(child.name) reference
                WHERE child.type = 'table' AND NOT EXISTS (
                    SELECT 1 FROM pragma_index_list(child.name) list JOIN pragma_index_info(list.name) info
                    WHERE info.seqno = 0 AND info.name = reference."from" AND NOT list.partial)
                """))

        #expect(rows == [])
    }

    @Test func `purging finds its rows by an index, and each of them by its key`() async throws {
        for statement in SQLStore.purging(endedBefore: Timestamp(seconds: 1), limit: 2) {
            let explanation = Statement("EXPLAIN QUERY PLAN " + statement.sql, statement.parameters)
            let plan = try await database.write(explanation).map { row in
                var reader = row.reader()
                _ = (try reader.integer(), try reader.integer(), try reader.integer())
                return try reader.text()
            }

            let scans = plan.filter { $0.hasPrefix("SCAN") && !$0.contains("SCAN signing_key") }
            #expect(scans == [], "\(statement.sql)\n\(plan.joined(separator: "\n"))")
        }
    }
}
