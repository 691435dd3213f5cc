import OAuth
import Testing

/// What each of many requests sent at once got.
private func atOnce(_ count: Int, _ send: @escaping @Sendable () async throws -> HTTPReply) async throws -> [HTTPReply]
{
    try await withThrowingTaskGroup(of: HTTPReply.self) { group in
        for _ in 0..<count { group.addTask { try await send() } }
        return try await group.reduce(into: []) { $0.append($1) }
    }
}

extension TheProgram {
    @Suite("Races, with the usual grace", .served)
    struct RaceTests {
        private let server: GatehouseProcess
        init() throws { server = try Served.server }

        @Test func `of fifty who redeem one code at once, one gets tokens`() async throws {
            let server = server
            for _ in 1...3 {
                let code = try await server.code(try await server.session())

                let replies = try await atOnce(50) { try await server.redeem(code) }

                #expect(replies.filter { $0.status == 200 }.count == 1)
                #expect(replies.filter { $0.status == 400 && $0.error == "invalid_grant" }.count == 49)
                // Forty-nine replays: nobody can tell whose the tokens are.
                let pair = try TokenPair(try #require(replies.first { $0.status == 200 }))
                #expect(try await server.refresh(pair.refresh).status == 400)
            }
        }

        @Test func `of two who refresh one token at once, both get tokens that refresh`() async throws {
            let server = server
            for _ in 1...5 {
                let token = try TokenPair(try await server.passwordGrant()).refresh

                let pairs = try await atOnce(2) { try await server.refresh(token) }.map(TokenPair.init)

                #expect(Set(pairs.map(\.refresh)).count == 2)
                for pair in pairs { #expect(try await server.refresh(pair.refresh).status == 200) }
            }
        }

        @Test func `the grace covers the direct predecessor only`() async throws {
            let first = try TokenPair(try await server.passwordGrant())
            let second = try TokenPair(try await server.refresh(first.refresh))
            let third = try TokenPair(try await server.refresh(second.refresh))

            #expect(try await server.refresh(first.refresh).error == "invalid_grant")

            #expect(try await server.refresh(third.refresh).status == 400, "its reuse ends the family")
            #expect(try await !server.accepts(third.access))
        }

        @Test("a revocation that races a refresh leaves nothing alive", arguments: [true, false])
        func revocation(_ byAccessToken: Bool) async throws {
            let server = server
            for _ in 1...15 {
                let pair = try TokenPair(try await server.passwordGrant())
                async let refreshed = server.refresh(pair.refresh)
                async let revoked = server.revoke(byAccessToken ? pair.access : pair.refresh)

                let (refresh, revocation) = try await (refreshed, revoked)

                #expect(revocation.status == 200)
                #expect(refresh.status == 200 || refresh.error == "invalid_grant")
                var tokens = [pair]
                if refresh.status == 200 { tokens.append(try TokenPair(refresh)) }
                for token in tokens {
                    #expect(try await server.refresh(token.refresh).status == 400)
                    #expect(try await !server.accepts(token.access))
                }
            }
        }
    }

    @Suite("Races, without a grace", .served(["GATEHOUSE_REFRESH_GRACE": "0"]))
    struct RaceWithoutGraceTests {
        private let server: GatehouseProcess
        init() throws { server = try Served.server }

        @Test func `of fifty who refresh one token at once, one gets tokens, and reuse ends the family`() async throws {
            let server = server
            for _ in 1...3 {
                let token = try TokenPair(try await server.passwordGrant()).refresh

                let replies = try await atOnce(50) { try await server.refresh(token) }

                #expect(replies.filter { $0.status == 200 }.count == 1)
                #expect(replies.filter { $0.status == 400 && $0.error == "invalid_grant" }.count == 49)
                let pair = try TokenPair(try #require(replies.first { $0.status == 200 }))
                #expect(try await server.refresh(pair.refresh).status == 400)
                #expect(try await !server.accepts(pair.access))
            }
        }
    }

    @Suite("Refreshing, with a grace of one second", .served(["GATEHOUSE_REFRESH_GRACE": "1"]))
    struct ShortGraceTests {
        private let server: GatehouseProcess
        init() throws { server = try Served.server }

        @Test func `after its grace a used refresh token is refused, and its family ends`() async throws {
            let first = try TokenPair(try await server.passwordGrant())
            let second = try TokenPair(try await server.refresh(first.refresh))
            #expect(try await server.accepts(second.access))
            // The program's clock is the wall's.
            try await Task.sleep(for: .seconds(2))

            #expect(try await server.refresh(first.refresh).error == "invalid_grant")

            #expect(try await server.refresh(second.refresh).error == "invalid_grant")
            #expect(try await !server.accepts(second.access))
        }
    }
}
