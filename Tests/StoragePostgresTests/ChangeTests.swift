import AuthorizationServer
import PostgresTesting
import Storage
import StoragePostgres
import Testing

@Suite struct `Changes between nodes` {
    /// By which the server knows these connections from those of other tests.
    let name: String
    let url: String
    let here: PostgresDatabase
    let there: PostgresDatabase

    init() async throws {
        name = "changes-\(UInt64.random(in: 0...UInt64.max))"
        url = try PostgresServer.emptySchema() + "&application_name=\(name)"
        here = try PostgresDatabase(url: url)
        there = try PostgresDatabase(url: url)
        try await here.migrate(schema)
        #expect(try await eventually { here.statistics.isListening && there.statistics.isListening })
    }

    private func count(_ name: String) -> [Statement] {
        [Statement("UPDATE change_count SET value = value + 1 WHERE name = $1", .text(name))]
    }

    @Test func `are heard of on the other node`() async throws {
        let before = there.counters.changes()
        #expect(there.counters.changes() == before)

        _ = try await here.write(count("changes"))

        #expect(try await eventually { there.counters.changes() != before })
    }

    @Test func `are known at once on the node that makes them`() {
        let before = here.counters.changes()

        here.counters.announceChange()

        #expect(here.counters.changes() != before)
    }

    @Test func `of another schema are none of its business`() async throws {
        let other = try PostgresDatabase(url: PostgresServer.emptySchema())
        try await other.migrate(schema)
        let before = there.counters.changes()

        _ = try await other.write(count("changes"))
        _ = try await here.write(count("endings"))
        _ = try await other.write(count("changes"))

        #expect(there.counters.changes() == before)
    }

    @Test func `that are endings are known to whoever asks after them`() async throws {
        let before = try await there.counters.counts().endings
        for number in 1...20 {
            _ = try await here.write(count("endings"), alone: true)

            let known = try await withThrowingTaskGroup(of: ChangeCount.self) { group in
                for _ in 0..<8 { group.addTask { try await there.counters.counts() } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(known.map(\.endings) == [before + UInt64(number)])
        }
    }

    @Test func `are heard of again after the connection was lost, and nothing is believed meanwhile`() async throws {
        let before = there.counters.changes()
        try PostgresServer.run(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'gatehouse \(name)' AND query LIKE '%clock_timestamp%' AND pid <> pg_backend_pid()
            """, at: url)

        #expect(try await eventually { there.counters.changes() != before })
        #expect(try await eventually { there.statistics.isListening })
        let after = there.counters.changes()
        #expect(after != before)
        _ = try await here.write(count("changes"))
        #expect(try await eventually { there.counters.changes() != after })
    }

    @Test func `leave the clock of the database known`() {
        #expect(abs(here.clockOffset) < 60)
        #expect(here.clockOffset != 0)
    }
}
