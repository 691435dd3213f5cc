import AuthorizationServer
import PostgresTesting
import Storage
import StoragePostgres
import Testing

/// Each on a server of its own, one after the other.
@Suite(.serialized) struct `When PostgreSQL fails` {
    let server: PostgresServer
    let url: String
    let database: PostgresDatabase

    init() async throws {
        server = try PostgresServer()
        url = try server.emptySchema()
        var options = PostgresDatabase.Options()
        options.connectionTime = .milliseconds(500)
        options.answerTime = .seconds(1)
        database = try await .migrated(url, options)
    }

    private func works() async throws -> Bool {
        do {
            try await database.add("works")
            _ = try await database.write(Statement("DELETE FROM item WHERE id = 'works'"))
            _ = try await database.write([Statement("SELECT 1")], alone: true)
            _ = try await database.rows(Statement("SELECT 1"))
            _ = try await database.scan(Statement("SELECT 1"))
            return true
        } catch StoreError.unavailable {
            return false
        } catch StoreError.conflict {
            // A write whose answer was lost may have been kept.
            _ = try? await database.write(Statement("DELETE FROM item WHERE id = 'works'"))
            return false
        }
    }

    private func kept() async throws -> Set<Int> {
        Set(try await database.ids().compactMap { Int($0) })
    }

    @Test func `every call is answered while connections are cut, and nothing that was answered is lost`() async throws
    {
        let load = Load(database)
        async let running = load.run()
        for _ in 0..<20 {
            try server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gatehouse'")
            try await Task.sleep(for: .milliseconds(50))
        }
        load.stop()
        let outcome = try await running
        #expect(outcome.missed == [])

        #expect(try await eventually { try await works() })
        #expect(outcome.kept.isSubset(of: try await kept()))
        #expect(!outcome.kept.isEmpty)
        #expect(database.statistics.losses > 0)
    }

    @Test(arguments: ["fast", "immediate", "killed"])
    func `it is out of reach while it is down, and works again by itself`(how: String) async throws {
        let load = Load(database)
        async let running = load.run()
        #expect(try await eventually { database.statistics.units > 100 })
        switch how {
        case "fast": try server.stop(.fast)
        case "immediate": try server.stop(.immediate)
        default: server.kill()
        }
        await #expect(throws: StoreError.self) { try await database.add("down") }
        await #expect(throws: StoreError.self) { try await database.rows(Statement("SELECT 1")) }
        await #expect(throws: StoreError.self) { try await database.counters.counts() }
        #expect(try await eventually { !database.statistics.isListening })
        #expect(database.counters.changes() == nil)

        try server.start()

        #expect(try await eventually { try await works() })
        load.stop()
        let outcome = try await running
        #expect(outcome.missed == [])
        #expect(outcome.unavailable > 0)
        #expect(outcome.kept.isSubset(of: try await kept()))
        #expect(try await eventually { database.statistics.isListening })
    }

    @Test func `that does not answer is given up, and taken up when it does again`() async throws {
        let before = database.counters.changes()
        server.suspend()
        let (answered, unavailable) = try await outcomes(40) { number in
            switch number % 4 {
            case 0: try await database.add("\(number)")
            case 1: _ = try await database.write([Statement("SELECT 1")], alone: true)
            case 2: _ = try await database.rows(Statement("SELECT 1"))
            default: _ = try await database.counters.counts()
            }
        }
        #expect(answered.isEmpty && unavailable == 40)
        #expect(try await eventually { database.counters.changes() != before })

        server.resume()

        #expect(try await eventually { try await works() })
    }

    @Test func `to let anybody write, connections are made anew until it does`() async throws {
        try server.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        try server.execute("SELECT pg_reload_conf()")
        #expect(try await eventually { try await !works() })

        // Each new connection has the setting it begins with.
        try server.execute("ALTER SYSTEM RESET default_transaction_read_only")
        try server.execute("SELECT pg_reload_conf()")

        #expect(try await eventually { try await works() })
    }

    @Test func `for want of connections, callers are told, and it goes on with those there are`() async throws {
        try server.execute("ALTER SYSTEM SET max_connections = 20")
        try server.stop()
        try server.start()
        #expect(try await eventually { database.statistics.isListening })
        var others: [PostgresClient] = []
        while let other = try? PostgresClient(server.url) { others.append(other) }
        #expect(others.count > 10)

        let outcome = try await outcomes(20) { try await database.add("\($0)") }

        #expect(outcome.unavailable == 20)
        others = []
        #expect(try await eventually { try await works() })
    }

    @Test func `a call that waits when it is closed is answered`() async throws {
        server.suspend()
        let calls = (0..<10).map { number in Task { try await database.add("\(number)") } }
        #expect(
            try await eventually { database.statistics.writes.waiting > 0 || database.statistics.writes.ready == 0 })

        await database.close()

        for call in calls { await #expect(throws: StoreError.self) { try await call.value } }
        server.resume()
    }
}
