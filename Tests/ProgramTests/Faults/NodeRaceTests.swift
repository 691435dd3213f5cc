import OAuth
import Testing

extension TheProgram {
    @Suite("Races over two nodes on one PostgreSQL")
    struct NodeRaceTests {
        @Test func `of fifty who redeem one code at two nodes at once, one gets tokens`() async throws {
            try await Nodes.two { first, second, _ async throws in
                let code = try await first.code(try await first.session())

                let replies = try await GatehouseProcess.atOnce(50) {
                    try await ($0.isMultiple(of: 2) ? first : second).redeem(code)
                }

                #expect(replies.filter { $0.status == 200 }.count == 1)
                #expect(replies.filter { $0.status == 400 && $0.error == "invalid_grant" }.count == 49)
            }
        }

        @Test func `fifty who refresh one token at two nodes at once are heard within the grace, or asked to wait`()
            async throws
        {
            try await Nodes.two { first, second, _ async throws in
                let token = try TokenPair(try await first.passwordGrant()).refresh

                let replies = try await GatehouseProcess.atOnce(50) {
                    try await ($0.isMultiple(of: 2) ? first : second).refresh(token)
                }

                let pairs = try replies.filter { $0.status == 200 }.map(TokenPair.init)
                #expect((1...6).contains(pairs.count), "a successor and up to five siblings")
                #expect(Set(pairs.map(\.refresh)).count == pairs.count)
                // Never an error that makes a client drop its token.
                for reply in replies where reply.status != 200 {
                    #expect(reply.status == 503 && reply["Retry-After"] != nil, "\(reply.status) \(reply.text)")
                }
                for (number, pair) in pairs.enumerated() {
                    #expect(try await (number.isMultiple(of: 2) ? second : first).accepts(pair.access))
                    #expect(try await (number.isMultiple(of: 2) ? first : second).refresh(pair.refresh).status == 200)
                }
            }
        }

        @Test func `a revocation at one node that races a refresh at the other leaves nothing alive`() async throws {
            try await Nodes.two { first, second, _ async throws in
                for _ in 1...15 {
                    let pair = try TokenPair(try await first.passwordGrant())
                    async let refreshed = second.refresh(pair.refresh)
                    async let revoked = first.revoke(pair.refresh)

                    let (refresh, revocation) = try await (refreshed, revoked)

                    #expect(revocation.status == 200)
                    #expect(refresh.status == 200 || refresh.error == "invalid_grant")
                    let tokens = refresh.status == 200 ? [pair, try TokenPair(refresh)] : [pair]
                    for token in tokens {
                        for node in [first, second] {
                            #expect(try await node.refresh(token.refresh).status == 400)
                            try await node.expectRefused(token.access)
                        }
                    }
                }
            }
        }

        @Test func `what is revoked at one node is refused at the other at once`() async throws {
            try await Nodes.two { first, second, _ async throws in
                let bearer = try TokenPair(try await first.passwordGrant()).access
                for _ in 1...50 {
                    let pair = try TokenPair(try await first.passwordGrant())
                    // So that the other node has whatever it keeps of it.
                    #expect(try await second.accepts(pair.access))
                    #expect(try await second.introspect(pair.access, as: bearer).json["active"]?.bool == true)

                    #expect(try await first.revoke(pair.access).status == 200)

                    try await second.expectRefused(pair.access)
                    #expect(try await second.introspect(pair.access, as: bearer).json["active"]?.bool != true)
                }
            }
        }

        @Test func `who signs out at one node is signed out at the other at once`() async throws {
            try await Nodes.two { first, second, _ async throws in
                for _ in 1...50 {
                    let cookie = try await first.session()
                    let pair = try TokenPair(try await first.redeem(try await first.code(cookie)))
                    #expect(try await second.accepts(pair.access))

                    #expect(try await first.get("/auth/logout", ["Cookie": cookie]).status == 302)

                    try await second.expectRefused(pair.access)
                    #expect(
                        try await second.get("/auth/authority", ["Cookie": cookie]).json["session"]?.bool == false)
                }
            }
        }

        @Test func `a client disabled and a key deleted at one node count at the other at once`() async throws {
            try await Nodes.two { first, second, database async throws in
                let old = try TokenPair(try await first.passwordGrant())
                let keys = try await first.command("key", "list", database: database).json
                let key = try #require(keys.array?.first?["id"]?.string)
                #expect(try await second.accepts(old.access))
                _ = try await first.command("key", "rotate", database: database)
                let new = try TokenPair(try await second.passwordGrant())
                #expect(try await second.accepts(old.access), "a rotated key is still good")

                _ = try await first.command("key", "delete", key, database: database)

                try await second.expectRefused(old.access)
                #expect(try await second.accepts(new.access))

                _ = try await first.command("app", "update", Demo.clientID, "--disabled", database: database)

                try await second.expectRefused(new.access)
                #expect(try await second.refresh(new.refresh).status / 100 == 4)
            }
        }
    }
}
