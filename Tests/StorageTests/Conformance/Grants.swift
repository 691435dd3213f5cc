import AuthorizationServer
import OAuth
import Testing

extension StoreConformance {
    @Suite("about grants and access tokens")
    struct Grants {
        @Test("a token stands on its grant, client and domain", arguments: Backend.available)
        func standing(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.addGrant("grant", refreshToken: nil)

            let standing = try await stage.store.standing(of: stage.token(of: "grant"))

            #expect(standing == Standing(client: 1, clientID: "client-1", domain: stage.domain.id))
            #expect(try await stage.store.standing(of: stage.token(of: "other")) == nil)
        }

        @Test("revoking a grant ends its tokens at once, and records the event", arguments: Backend.available)
        func revoke(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.addGrant("grant", refreshToken: "one")
            try await stage.addGrant("other", refreshToken: "two")

            try await stage.store.revoke(
                grant: "grant", at: Stage.now, recording: stage.event(.refreshTokenReused, subject: "1"))

            #expect(try await stage.store.standing(of: stage.token(of: "grant")) == nil)
            #expect(try await stage.store.refreshToken(digest: "one")?.token.isGrantRevoked == true)
            #expect(try await stage.store.standing(of: stage.token(of: "other")) != nil)
            #expect(
                try await stage.store.events(of: stage.domain.id, ListRequest()).items
                    == [stage.event(.refreshTokenReused, subject: "1")])
        }

        @Test("one token of a client that acts for itself can be revoked alone", arguments: Backend.available)
        func revokeToken(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            let one = TokenReference(origin: .client(1), generation: 0, random: "one")
            let two = TokenReference(origin: .client(1), generation: 0, random: "two")

            try await stage.store.revoke(token: one, until: Stage.now + .hours(2))
            try await stage.store.revoke(token: one, until: Stage.now + .hours(2))

            #expect(try await stage.store.standing(of: one) == nil)
            #expect(try await stage.store.standing(of: two)?.client == 1)
        }

        @Test("tokens end with their client being disabled or deleted", arguments: Backend.available)
        func client(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            let own = TokenReference(origin: .client(1), generation: 0, random: "random")
            try await stage.addGrant("grant", refreshToken: "one")
            var client = stage.client

            client.isDisabled = true
            try await stage.store.update(client)
            #expect(try await stage.store.standing(of: stage.token(of: "grant")) == nil)
            #expect(try await stage.store.standing(of: own) == nil)

            client.isDisabled = false
            client.revision += 1
            try await stage.store.update(client)
            #expect(try await stage.store.standing(of: stage.token(of: "grant")) != nil)

            #expect(try await stage.store.save(stage.code("abc")))
            try await stage.store.delete(client: 1)
            #expect(try await stage.store.standing(of: stage.token(of: "grant")) == nil)
            #expect(try await stage.store.standing(of: own) == nil)
            #expect(try await stage.store.refreshToken(digest: "one") == nil)
            #expect(try await stage.store.code(digest: "abc") == nil)
        }

        @Test("tokens of an application bound to a service account end with the account", arguments: Backend.available)
        func serviceAccount(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            let token = TokenReference(origin: .client(1), generation: 0, random: "random")
            var client = stage.client
            client.serviceAccount = stage.user.id
            try await stage.store.update(client)
            #expect(try await stage.store.standing(of: token) != nil)

            var user = stage.user
            user.isDisabled = true
            #expect(try await stage.store.update(user))

            #expect(try await stage.store.standing(of: token) == nil)
        }

        @Test("a grant of a user or client that isn't there is not stored", arguments: Backend.available)
        func missing(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            let stray = Grant(
                id: "grant", domain: stage.domain.id, client: 99, user: stage.user.id, session: nil, scope: .public,
                issuer: "", nonce: nil, authenticatedAt: Stage.now, createdAt: Stage.now, expiresAt: Stage.now)

            await #expect(throws: StoreError.missing) {
                _ = try await stage.store.save(
                    stray, generation: 0, refreshToken: nil, recording: stage.event(.passwordGrantUsed))
            }

            let events = try await stage.store.events(of: stage.domain.id, ListRequest())
            #expect(events.total == 0, "the unit of work is kept whole or not at all")
        }

        @Test("consent is found as it was last given", arguments: Backend.available)
        func consent(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            #expect(try await stage.store.consent(of: stage.user.id, to: 1) == nil)

            try await stage.store.save(consent: .public, of: stage.user.id, to: 1, at: Stage.now)
            try await stage.store.save(
                consent: Scope(words: ["public", "openid"]), of: stage.user.id, to: 1, at: Stage.now + .days(1))

            #expect(
                try await stage.store.consent(of: stage.user.id, to: 1) == Scope(words: ["public", "openid"]))
        }
    }
}
