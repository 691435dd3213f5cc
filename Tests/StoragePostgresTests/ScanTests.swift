import PostgresTesting
import Storage
import StoragePostgres
import Testing

@Suite struct `A PostgreSQL scan` {
    let url: String
    let database: PostgresDatabase

    init() async throws {
        url = try PostgresServer.emptySchema()
        var options = PostgresDatabase.Options()
        options.scanners = 1
        options.statementTime = .milliseconds(300)
        database = try await .migrated(url, options)
    }

    private func isRunning(_ mark: String) throws -> Bool {
        try !PostgresServer.run(
            "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%\(mark)%' AND pid <> pg_backend_pid()",
            at: url
        ).isEmpty
    }

    @Test func `sees one moment, and what was written before it`() async throws {
        try await database.add("before")
        let count = Statement("SELECT count(*) FROM item")

        async let scan = database.scan([count, Statement("SELECT pg_sleep(1) IS NULL, 'one moment'"), count])
        #expect(try await eventually { try isRunning("one moment") })
        try await database.add("after")

        let answers = try await scan
        #expect([answers[0], answers[2]] == [[Row([1])], [Row([1])]])
        #expect(try await database.scan(count) == [Row([2])])
    }

    @Test func `may take longer than other statements`() async throws {
        #expect(try await database.scan(Statement("SELECT pg_sleep(0.5) IS NULL")) == [Row([false])])
        await #expect(throws: (any Error).self) { try await database.rows(Statement("SELECT pg_sleep(5) IS NULL")) }
    }

    @Test func `stops when it is cancelled, and the server stops with it`() async throws {
        let mark = "cancelled \(Int.random(in: 0...Int.max))"
        let task = Task { try await database.scan(Statement("SELECT pg_sleep(60) IS NULL, '\(mark)'")) }
        #expect(try await eventually { try isRunning(mark) })

        task.cancel()

        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await eventually { try !isRunning(mark) })
        #expect(try await database.scan(Statement("SELECT 1")) == [Row([1])])
    }

    @Test func `is cancelled while it waits, too`() async throws {
        let mark = "in the way \(Int.random(in: 0...Int.max))"
        let first = Task { try await database.scan(Statement("SELECT pg_sleep(60) IS NULL, '\(mark)'")) }
        #expect(try await eventually { try isRunning(mark) })
        let second = Task { try await database.scan(Statement("SELECT 2")) }
        #expect(try await eventually { database.statistics.scans.waiting == 1 })

        second.cancel()

        await #expect(throws: CancellationError.self) { try await second.value }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(database.statistics.scans.waiting == 0)
    }

    @Test func `never begins for a task that was cancelled before`() async throws {
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await database.scan(Statement("SELECT pg_sleep(60) IS NULL"))
        }

        task.cancel()

        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
