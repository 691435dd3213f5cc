import AuthorizationServer
import PostgresTesting
import Storage
import StoragePostgres
import Testing

@Suite struct `The address of a PostgreSQL database` {
    @Test(
        "that cannot be read is refused, and nothing of it is shown",
        arguments: [
            "", "sqlite:gatehouse.db", "host=localhost password=hunter2", "http://me:hunter2@localhost/db",
            "postgres://me:hunter2@[::1/db", "postgres://me:hunter2%zz@localhost/db",
            "postgresql://me:hunter2@localhost/db?hunter2=1", "postgresql://me:hunter2@localhost/db?sslmode",
            "postgresql://me:hunter2@localhost:hunter2/db", "postgresql://me:a@hunter2@localhost/db",
            "postgresql://me:a/hunter2@localhost/db",
            "postgresql://me:1/hunter2@localhost/db", "postgres://me:hunter2@localhost/d\0b",
        ])
    func wrong(_ url: String) {
        let error = #expect(throws: StorageError.self) { try PostgresDatabase(url: url) }

        #expect(error?.description.contains("hunter2") == false)
        #expect(error?.description.isEmpty == false)
    }

    @Test func `needs no server to be there`() async throws {
        let port = try freePort()
        let database = try PostgresDatabase(url: "postgresql://me:hunter2@127.0.0.1:\(port)/hunter2")

        for act in [
            { _ = try await database.rows(Statement("SELECT 1")) }, { try await database.migrate(steps) },
            { _ = try await database.counters.counts() }, { try await database.add("a") },
        ] as [@Sendable () async throws -> Void] {
            let error = await #expect(throws: StoreError.self) { try await act() }
            guard case .unavailable(let message) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(message.contains("refused"))
            #expect(!message.contains("hunter2"))
        }
        await database.close()
    }

    @Test func `may have several hosts, of which the one that writes is taken`() async throws {
        let port = try freePort()
        let url = try PostgresServer.emptySchema()
            .replacing("host=", with: "target_session_attrs=read-write&host=127.0.0.1,")
            .replacing("port=", with: "port=\(port),")
        let database = try await PostgresDatabase.migrated(url)

        try await database.add("a")

        #expect(try await database.rows(Statement("SELECT id FROM item")) == [Row(["a"])])
    }

    @Test func `may set what it likes of a session, but not how durable it is`() async throws {
        let url = try PostgresServer.emptySchema()
            .replacing("options=", with: "application_name=mine&options=-csynchronous_commit%3Doff%20")
        let database = try await PostgresDatabase.migrated(url)

        let rows = try await database.write(
            Statement("SELECT current_setting('application_name'), current_setting('synchronous_commit')"))

        #expect(rows == [Row(["gatehouse mine", "on"])])
    }
}
