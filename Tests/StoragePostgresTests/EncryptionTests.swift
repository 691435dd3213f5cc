import AuthorizationServer
import Foundation
import PostgresTesting
import Storage
import StoragePostgres
import Testing

@Suite struct `A PostgreSQL connection over TLS` {
    let server: PostgresServer
    let folder: String

    init() throws {
        server = try PostgresServer(access: ["host all guarded 127.0.0.1/32 scram-sha-256"])
        folder = server.folder
        for name in ["mine", "other"] {
            try run([
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                "2",
                "-subj", "/CN=authority-\(name)", "-keyout", "\(folder)/\(name).key", "-out", "\(folder)/\(name).pem",
            ])
        }
        try run([
            "openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
            "/CN=localhost",
            "-keyout", "\(folder)/server.key", "-out", "\(folder)/server.csr",
        ])
        try run([
            "openssl", "x509", "-req", "-in", "\(folder)/server.csr", "-CA", "\(folder)/mine.pem", "-CAkey",
            "\(folder)/mine.key", "-CAcreateserial", "-days", "2", "-out", "\(folder)/server.pem",
        ])
        try server.put("\(folder)/server.key", as: "server.key")
        try server.put("\(folder)/server.pem", as: "server.crt")
        try server.execute("ALTER SYSTEM SET ssl = on")
        try server.execute("SELECT pg_reload_conf()")
    }

    private func database(
        user: String = "gatehouse", host: String = "localhost", authority: String = "mine"
    ) throws -> PostgresDatabase {
        try PostgresDatabase(
            url: """
                postgresql://\(user)@\(host):\(server.port)/postgres?hostaddr=127.0.0.1&sslmode=verify-full&\
                sslrootcert=\(folder)/\(authority).pem
                """)
    }

    @Test func `is made when the certificate is right, and large answers come through whole`() async throws {
        let database = try database()
        #expect(try await eventually { (try? await database.rows(Statement("SELECT 1"))) != nil })

        let ssl = Statement("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        #expect(try await database.rows(ssl) == [Row([true])])
        try await withThrowingTaskGroup(of: [Row].self) { group in
            for size in [1, 8_000, 16_000, 17_000, 100_000, 5_000_000] {
                group.addTask {
                    try await database.rows(
                        Statement(
                            "SELECT repeat('x', $1::bigint::int), $1 FROM generate_series(1, 3)", .integer(Int64(size)))
                    )
                }
            }
            for try await rows in group {
                #expect(rows.count == 3)
                for row in rows {
                    var row = row.reader()
                    let text = try row.text()
                    #expect(try Int64(text.utf8.count) == row.integer())
                }
            }
        }
    }

    @Test(arguments: [("localhost", "other"), ("elsewhere.example", "mine")])
    func `is not made with whoever happens to answer`(host: String, authority: String) async throws {
        let database = try database(host: host, authority: authority)

        await #expect(throws: StoreError.self) { try await database.rows(Statement("SELECT 1")) }
    }

    @Test func `needs the right password, and never tells it`() async throws {
        try server.execute("CREATE ROLE guarded LOGIN PASSWORD 'hunter2'")
        #expect(try await eventually { (try? await self.database().rows(Statement("SELECT 1"))) != nil })
        let wrong = try database(user: "guarded:hunter3")

        let error = await #expect(throws: StoreError.self) { try await wrong.rows(Statement("SELECT 1")) }

        #expect(error.map { "\($0)".contains("password authentication failed") && !"\($0)".contains("hunter") } == true)
        let right = try database(user: "guarded:hunter2")
        #expect(try await right.rows(Statement("SELECT current_user::text")) == [Row(["guarded"])])
    }
}
