import OAuth
import PostgresTesting
import Testing

extension TheProgram {
    @Suite("PostgreSQL fails under a running node", .timeLimit(.minutes(3)))
    struct DatabaseOutageTests {
        enum Outage: CaseIterable, Sendable { case stopped, suspended }

        @Test("requests wait for it with 503, and go on when it is back", arguments: Outage.allCases)
        func outage(_ outage: Outage) async throws {
            let database = try PostgresServer()
            try await GatehouseProcess.run(Nodes.options(database.url)) { server async throws in
                let cookie = try await server.session()
                let code = try await server.code(cookie)
                let kept = try TokenPair(try await server.passwordGrant())
                let keys = try await server.get("/auth/oauth/discovery/keys").text
                let metadata = try await server.get("/auth/.well-known/openid-configuration").text

                switch outage {
                case .stopped: try database.stop(.fast)
                case .suspended: database.suspend()
                }
                do {
                    try await expectUnavailable(server, cookie, code, kept)
                    #expect(try await server.get("/auth/oauth/discovery/keys").text == keys)
                    #expect(try await server.get("/auth/.well-known/openid-configuration").text == metadata)
                } catch { Issue.record(error) }
                switch outage {
                case .stopped: try database.start()
                case .suspended: database.resume()
                }

                #expect(try await eventually { try await server.get("/auth/readyz").status == 200 })
                #expect(try await eventually { try await server.accepts(kept.access) })
                let next = try await eventualReply { try await server.refresh(kept.refresh) }
                #expect(next.status == 200, "\(next.text)")
                #expect(try await eventualReply { try await server.redeem(code) }.status == 200)
            }
        }

        @Test func `a node on a PostgreSQL that lets nobody write is not ready until it does`() async throws {
            let database = try PostgresServer()
            try await GatehouseProcess.run(Nodes.options(database.url)) { server async throws in
                let pair = try TokenPair(try await server.passwordGrant())

                try database.execute("ALTER SYSTEM SET default_transaction_read_only = on")
                try database.execute("SELECT pg_reload_conf()")

                #expect(try await eventually { try await server.passwordGrant().status == 503 })
                let readiness = try await server.get("/auth/readyz")
                #expect(readiness.status == 503)
                #expect(try readiness.json["failing"]?.strings == ["writes"])
                #expect(try await server.accepts(pair.access))
                let refused = try await server.refresh(pair.refresh)
                #expect(refused.status == 503, "\(refused.text)")

                try database.execute("ALTER SYSTEM RESET default_transaction_read_only")
                try database.execute("SELECT pg_reload_conf()")

                #expect(try await eventually { try await server.get("/auth/readyz").status == 200 })
                #expect(try await eventually { try await server.refresh(pair.refresh).status == 200 })
            }
        }

        /// A request that was under way when the database stopped may be carried out though it was answered 503;
        /// these were all sent later, and nothing came of them.
        private func expectUnavailable(
            _ server: GatehouseProcess, _ cookie: String, _ code: String, _ pair: TokenPair
        ) async throws {
            let replies = try await GatehouseProcess.atOnce(7) { number in
                switch number {
                case 0: try await server.refresh(pair.refresh)
                case 1: try await server.passwordGrant()
                case 2: try await server.get("/auth/oauth/token/info", ["Authorization": "Bearer \(pair.access)"])
                case 3: try await server.userInfo(pair.access)
                case 4: try await server.introspect(pair.access, as: pair.access)
                case 5: try await server.revoke(pair.refresh)
                default: try await server.get("/auth/authority", ["Cookie": cookie])
                }
            }
            for reply in replies {
                #expect(reply.status == 503, "\(reply.status) \(reply.text)")
                #expect(reply["Retry-After"] != nil)
            }
            let readiness = try await server.get("/auth/readyz")
            #expect(readiness.status == 503)
            #expect(try readiness.json["failing"]?.strings == ["store"])
            #expect(try await server.get("/auth/healthz").status == 200)
        }

        private func eventualReply(_ send: () async throws -> HTTPReply) async throws -> HTTPReply {
            var reply = try await send()
            for _ in 0..<200 where reply.status == 503 {
                try await Task.sleep(for: .milliseconds(50))
                reply = try await send()
            }
            return reply
        }
    }
}
