import OAuth
import PostgresTesting
import Testing

extension TheProgram {
    @Suite("Starting nodes on one PostgreSQL")
    struct NodeStartTests {
        @Test func `two that start at once on an empty database make one domain and one set of keys`() async throws {
            let database = try PostgresServer.emptySchema()
            async let one = Result<GatehouseProcess, any Error>(catching: {
                try await GatehouseProcess(Nodes.options(database))
            })
            async let other = Result<GatehouseProcess, any Error>(catching: {
                try await GatehouseProcess(Nodes.options(database))
            })
            let started = await [one, other]
            do {
                let nodes = try started.map { try $0.get() }
                let keys = try await nodes[0].get("/auth/oauth/discovery/keys").text
                #expect(try await nodes[1].get("/auth/oauth/discovery/keys").text == keys)
                #expect(try JSON(parsing: keys)["keys"]?.array?.count == 1)
                let pair = try TokenPair(try await nodes[0].passwordGrant())
                #expect(try await nodes[1].accepts(pair.access))
                #expect(try PostgresServer.run("SELECT count(*) FROM domain", at: database) == ["1"])
                #expect(try PostgresServer.run("SELECT count(*) FROM signing_key", at: database) == ["1"])
            } catch {
                Issue.record(error, "\((error as? GatehouseProcess.DidNotStart)?.log ?? "")")
            }
            for case .success(let node) in started { await node.stop() }
        }

        private func refusal(_ options: GatehouseProcess.Options) async throws -> String {
            do {
                try await GatehouseProcess.run(options) { _ in }
                Issue.record("It serves.")
                return ""
            } catch let error as GatehouseProcess.DidNotStart { return error.log }
        }

        @Test func `one with another master key does not start, and says what to do`() async throws {
            let database = try PostgresServer.emptySchema()
            try await GatehouseProcess.run(Nodes.options(database)) { server async throws in
                let options = GatehouseProcess.Options(environment: ["GATEHOUSE_DATABASE": database])
                let log = try await refusal(options)
                #expect(log.contains("The database belongs to another master key."), "\(log)")
                #expect(log.contains("GATEHOUSE_MASTER_KEY"), "\(log)")
                #expect(try await server.passwordGrant().status == 200)
            }
        }

        @Test func `a database of a newer program is refused`() async throws {
            let database = try PostgresServer.emptySchema()
            try await GatehouseProcess.run(Nodes.options(database)) { _ in }
            try PostgresServer.run("INSERT INTO schema_version VALUES (9999, 'from a newer program', 0)", at: database)

            let log = try await refusal(Nodes.options(database))
            #expect(log.contains("use a newer program"), "\(log)")
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(catching work: () async throws -> Success) async {
        do { self = .success(try await work()) } catch { self = .failure(error) }
    }
}
