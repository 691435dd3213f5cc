import AuthorizationServer
import OAuth
import Testing

extension StoreConformance {
    @Suite("about authorization codes")
    struct Codes {
        @Test("a code is found as it was saved", arguments: Backend.available)
        func find(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.start("session")
            #expect(try await stage.store.save(stage.code("abc", session: "session")))

            #expect(try await stage.store.code(digest: "abc")?.code == stage.code("abc", session: "session"))
            #expect(try await stage.store.code(digest: "other") == nil)
        }

        @Test("a redeemed code is still found, and names its grant", arguments: Backend.available)
        func redeemed(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            #expect(try await stage.store.save(stage.code("abc")))

            #expect(try await redeem("abc", as: "grant", on: stage))

            #expect(try await stage.store.code(digest: "abc")?.code.grant == "grant")
            #expect(try await stage.store.refreshToken(digest: "refresh-grant")?.token.grant == stage.grant("grant"))
        }

        @Test("a code is redeemed once, and nothing is stored for who comes second", arguments: Backend.available)
        func twice(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            #expect(try await stage.store.save(stage.code("abc")))
            #expect(try await redeem("abc", as: "first", on: stage))

            #expect(try await !redeem("abc", as: "second", on: stage))

            #expect(try await stage.store.code(digest: "abc")?.code.grant == "first")
            #expect(try await stage.store.refreshToken(digest: "refresh-second") == nil)
            #expect(try await stage.store.standing(of: stage.token(of: "second")) == nil)
        }

        @Test("of fifty who redeem a code at once, exactly one gets a grant", arguments: Backend.available)
        func race(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            #expect(try await stage.store.save(stage.code("abc")))

            let answers = try await atOnce(50) { try await redeem("abc", as: "grant-\($0)", on: stage) }

            #expect(answers.filter { $0 }.count == 1)
            var stored: [String] = []
            for index in 0..<50 {
                let hasToken = try await stage.store.refreshToken(digest: "refresh-grant-\(index)") != nil
                let stands = try await stage.store.standing(of: stage.token(of: "grant-\(index)")) != nil
                #expect(hasToken == stands)
                if stands { stored.append("grant-\(index)") }
            }
            #expect(try await [stage.store.code(digest: "abc")?.code.grant] == stored)
        }

        @Test("a code that was never issued is not redeemed", arguments: Backend.available)
        func unknown(_ backend: Backend) async throws {
            let stage = try await Stage(backend)

            #expect(try await !redeem("guess", as: "grant", on: stage))

            #expect(try await stage.store.standing(of: stage.token(of: "grant")) == nil)
        }

        @Test("a code is good until the second it expires in", arguments: Backend.available)
        func expiry(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            #expect(try await stage.store.save(stage.code("last second")))
            #expect(try await stage.store.save(stage.code("too late")))

            #expect(try await redeem("last second", as: "one", after: .seconds(59), on: stage))
            #expect(try await !redeem("too late", as: "two", after: .seconds(60), on: stage))
        }

        @Test("a code can be redeemed without a refresh token", arguments: Backend.available)
        func withoutRefreshToken(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            #expect(try await stage.store.save(stage.code("abc")))

            #expect(try await stage.store.redeem(code: "abc", for: stage.grant("grant"), refreshToken: nil))

            #expect(try await stage.store.standing(of: stage.token(of: "grant")) != nil)
        }

        private func redeem(_ code: String, as grant: String, after wait: Duration = .zero, on stage: Stage)
            async throws -> Bool
        {
            try await stage.store.redeem(
                code: code, for: stage.grant(grant, createdAt: Stage.now + wait),
                refreshToken: NewRefreshToken(digest: "refresh-\(grant)", expiresAt: Stage.now + .days(90)))
        }
    }
}
