import AuthorizationServer
import OAuth
import Testing

extension StoreConformance {
    @Suite("about sessions")
    struct Sessions {
        @Test("a session starts with its event, and counts the sign-in", arguments: Backend.available)
        func start(_ backend: Backend) async throws {
            let stage = try await Stage(backend)

            try await stage.start("digest")

            let found = try #require(try await stage.store.session(digest: "digest", at: Stage.now))
            #expect(found.session == stage.session("digest"))
            #expect(found.user.loginCount == 1)
            #expect(found.user.lastLogin == Stage.now)
            #expect(
                try await stage.store.events(of: stage.domain.id, ListRequest()).items == [stage.event(.signedIn)])
        }

        @Test("a session is alive until the second it expires in", arguments: Backend.available)
        func expiry(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.start("digest", lifetime: .minutes(1))

            #expect(try await stage.store.session(digest: "digest", at: Stage.now + .seconds(59)) != nil)
            #expect(try await stage.store.session(digest: "digest", at: Stage.now + .seconds(60)) == nil)
            #expect(try await stage.store.session(digest: "other", at: Stage.now) == nil)
        }

        @Test("signing out ends every session and every access token issued so far", arguments: Backend.available)
        func signOut(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            let other = try await stage.addAdministrator("other")
            try await stage.start("phone")
            try await stage.start("desk")
            try await stage.start("other", of: other)
            try await stage.addGrant("by password", refreshToken: "password")

            try await stage.store.signOut(
                stage.user.id, session: "phone", at: Stage.now, recording: stage.event(.signedOut))

            #expect(try await stage.store.session(digest: "phone", at: Stage.now) == nil)
            #expect(try await stage.store.session(digest: "desk", at: Stage.now) == nil)
            #expect(try await stage.store.session(digest: "other", at: Stage.now) != nil)
            #expect(try await stage.store.standing(of: stage.token(of: "by password")) == nil)
            let user = try #require(try await stage.store.user(id: stage.user.id))
            #expect(user.loggedOutAt == Stage.now)
            let fresh = stage.token(of: "by password", generation: user.generation)
            #expect(try await stage.store.standing(of: fresh) != nil, "a token of the same second is good")
        }

        @Test(
            "signing out ends the refresh tokens that were given in that session, and no others",
            arguments: Backend.available)
        func refreshTokens(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.addGrant("phone", refreshToken: "one", session: "phone")
            try await stage.addGrant("desk", refreshToken: "two", session: "desk")
            try await stage.addGrant("by password", refreshToken: "three")

            try await stage.store.signOut(
                stage.user.id, session: "phone", at: Stage.now, recording: stage.event(.signedOut))

            #expect(try await stage.store.refreshToken(digest: "one")?.token.isGrantRevoked == true)
            #expect(try await stage.store.refreshToken(digest: "two")?.token.isGrantRevoked == false)
            #expect(try await stage.store.refreshToken(digest: "three")?.token.isGrantRevoked == false)
        }

        @Test("signing out without a session revokes no refresh token", arguments: Backend.available)
        func withoutSession(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.addGrant("by password", refreshToken: "one")

            try await stage.store.signOut(
                stage.user.id, session: nil, at: Stage.now, recording: stage.event(.signedOut))

            #expect(try await stage.store.refreshToken(digest: "one")?.token.isGrantRevoked == false)
        }

        @Test("a session ends with its user being disabled or deleted", arguments: Backend.available)
        func user(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.start("digest")
            var user = stage.user
            user.isDisabled = true
            #expect(try await stage.store.update(user))
            #expect(try await stage.store.session(digest: "digest", at: Stage.now) == nil)

            user.isDisabled = false
            user.revision += 1
            #expect(try await stage.store.update(user))
            #expect(
                try await stage.store.session(digest: "digest", at: Stage.now) == nil,
                "whoever is let in again signs in")

            try await stage.start("second", generation: 1)
            #expect(try await stage.store.delete(user: user.id))
            #expect(try await stage.store.session(digest: "second", at: Stage.now) == nil)
        }
    }
}
