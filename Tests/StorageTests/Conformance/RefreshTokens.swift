import AuthorizationServer
import OAuth
import Testing

extension StoreConformance {
    @Suite("about refresh tokens")
    struct RefreshTokens {
        @Test("a refresh token is found with its grant", arguments: Backend.available)
        func find(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            let grant = try await stage.addGrant("grant", refreshToken: "one", session: "session")

            let token = try #require(try await stage.store.refreshToken(digest: "one")).token

            #expect(token.grant == grant)
            #expect(!token.isGrantRevoked)
            #expect(token.predecessor == nil)
            #expect(token.rotatedAt == nil)
            #expect(token.expiresAt == Stage.now + .days(90))
        }

        @Test("a token is rotated once, and its successor knows it", arguments: Backend.available)
        func once(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.addGrant("grant", refreshToken: "one")

            #expect(try await rotate("one", to: "two", on: stage))

            #expect(try await stage.store.refreshToken(digest: "one")?.token.rotatedAt == Stage.now)
            let successor = try await stage.store.refreshToken(digest: "two")?.token
            #expect(successor?.predecessor == "one")
            #expect(successor?.rotatedAt == nil)
            #expect(successor?.grant == stage.grant("grant"))
            #expect(try await !rotate("one", to: "three", after: .seconds(60), on: stage))
            #expect(try await stage.store.refreshToken(digest: "three") == nil, "nothing is stored for a refusal")
        }

        @Test(
            "within the grace a rotated token gets siblings of its successor, five at most",
            arguments: Backend.available)
        func siblings(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.addGrant("grant", refreshToken: "one")
            #expect(try await rotate("one", to: "two", on: stage))

            for sibling in 1...5 { #expect(try await rotate("one", to: "sibling \(sibling)", on: stage)) }

            #expect(try await !rotate("one", to: "sibling 6", on: stage))
            #expect(
                try await stage.store.refreshToken(digest: "one")?.token.rotatedAt == Stage.now, "the first time counts"
            )
        }

        @Test("the grace ends to the second", arguments: Backend.available)
        func grace(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.addGrant("grant", refreshToken: "one")
            #expect(try await rotate("one", to: "two", on: stage))

            #expect(try await rotate("one", to: "three", after: .seconds(29), on: stage))
            #expect(try await !rotate("one", to: "four", after: .seconds(30), on: stage))
        }

        @Test("no grace for a token that was rotated before the clock was set back", arguments: Backend.available)
        func clock(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.addGrant("grant", refreshToken: "one")
            #expect(try await rotate("one", to: "two", after: .hours(1), on: stage))

            #expect(try await !rotate("one", to: "three", on: stage))
            #expect(
                try await rotate("one", to: "four", after: .hours(1) - .seconds(45), on: stage),
                "the clocks of two nodes may differ")
        }

        @Test("without a grace a second use is refused in the same second", arguments: Backend.available)
        func strict(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.addGrant("grant", refreshToken: "one")
            #expect(try await rotate("one", to: "two", grace: .zero, on: stage))

            #expect(try await !rotate("one", to: "three", grace: .zero, on: stage))
        }

        @Test("there are no siblings any more once a successor has been rotated itself", arguments: Backend.available)
        func superseded(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.addGrant("grant", refreshToken: "one")
            #expect(try await rotate("one", to: "two", on: stage))
            #expect(try await rotate("one", to: "sibling", on: stage))
            #expect(try await rotate("sibling", to: "three", on: stage))

            #expect(try await !rotate("one", to: "four", on: stage))
            #expect(try await rotate("two", to: "five", on: stage), "the other successor is good still")
        }

        @Test("of fifty who rotate a token at once, one and five siblings succeed", arguments: Backend.available)
        func race(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.addGrant("grant", refreshToken: "one")
            let token = try #require(try await stage.store.refreshToken(digest: "one")).token

            let answers = try await atOnce(50) { index in
                try await stage.store.rotate(
                    token, to: NewRefreshToken(digest: "next-\(index)", expiresAt: Stage.now + .days(90)),
                    at: Stage.now, grace: .seconds(30))
            }

            #expect(answers.filter { $0 }.count == 6)
            var stored = 0
            for index in 0..<50 where try await stage.store.refreshToken(digest: "next-\(index)") != nil { stored += 1 }
            #expect(stored == 6)
        }

        @Test("an expired token is not rotated", arguments: Backend.available)
        func expired(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.addGrant("grant", refreshToken: "one", lifetime: .days(30))

            #expect(try await !rotate("one", to: "two", after: .days(30), on: stage))
            #expect(try await rotate("one", to: "three", after: .days(30) - .seconds(1), on: stage))
        }

        @Test("a token of a revoked grant is not rotated, not even within the grace", arguments: Backend.available)
        func revoked(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.addGrant("grant", refreshToken: "one")
            #expect(try await rotate("one", to: "two", on: stage))
            try await stage.store.revoke(grant: "grant", at: Stage.now, recording: nil)

            #expect(try await !rotate("one", to: "three", on: stage))
            #expect(try await !rotate("two", to: "four", on: stage))
            #expect(try await stage.store.refreshToken(digest: "two")?.token.isGrantRevoked == true)
        }

        @Test("of revoking and rotating at once, revoking wins", arguments: Backend.available)
        func revokingRace(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            for round in 0..<10 {
                try await stage.addGrant("grant \(round)", refreshToken: "one \(round)")
                let token = try #require(try await stage.store.refreshToken(digest: "one \(round)")).token

                async let revoking: Void = stage.store.revoke(grant: "grant \(round)", at: Stage.now, recording: nil)
                _ = try await atOnce(4) { index in
                    try await stage.store.rotate(
                        token, to: NewRefreshToken(digest: "\(round).\(index)", expiresAt: Stage.now + .days(90)),
                        at: Stage.now, grace: .seconds(30))
                }
                try await revoking

                #expect(try await stage.store.standing(of: stage.token(of: "grant \(round)")) == nil)
                for index in 0..<4 {
                    let token = try await stage.store.refreshToken(digest: "\(round).\(index)")?.token
                    #expect(token?.isGrantRevoked ?? true, "whatever was stored is revoked")
                }
            }
        }

        private func rotate(
            _ digest: String, to successor: String, after wait: Duration = .zero, grace: Duration = .seconds(30),
            on stage: Stage
        ) async throws -> Bool {
            let token = try #require(try await stage.store.refreshToken(digest: digest)).token
            let now = Stage.now + wait
            return try await stage.store.rotate(
                token, to: NewRefreshToken(digest: successor, expiresAt: now + .days(90)), at: now, grace: grace)
        }
    }
}
