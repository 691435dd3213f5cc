import AuthorizationServer
import OAuth
import Testing

extension StoreConformance {
    @Suite("about purging")
    struct Purging {
        @Test("only what has ended goes, and the answer is how much", arguments: Backend.available)
        func ended(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            let store = stage.store
            try await stage.start("short", lifetime: .hours(1))
            try await stage.start("long", lifetime: .days(7))
            #expect(try await store.save(stage.code("code")))
            try await store.save(setupLink: "link", domain: stage.domain.id, expiresAt: Stage.now + .hours(1))
            let token = TokenReference(origin: .client(1), generation: 0, random: "random")
            try await store.revoke(token: token, until: Stage.now + .hours(3))

            let count = try await store.purge(endedBefore: Stage.now + .hours(2), limit: 100)

            #expect(count == 3, "a session, a code, a link")
            #expect(try await store.session(digest: "long", at: Stage.now) != nil)
            #expect(try await store.session(digest: "short", at: Stage.now) == nil)
            #expect(try await store.code(digest: "code") == nil)
            #expect(try await store.standing(of: token) == nil, "what is revoked stays so while it would be good")
            #expect(try await store.purge(endedBefore: Stage.now + .hours(2), limit: 100) == 0)
        }

        @Test("a batch is no larger than asked for", arguments: Backend.available)
        func batch(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            for index in 0..<5 { #expect(try await stage.store.save(stage.code("code-\(index)"))) }

            #expect(try await stage.store.purge(endedBefore: Stage.now + .days(1), limit: 2) == 2)
            #expect(try await stage.store.purge(endedBefore: Stage.now + .days(1), limit: 2) == 2)
            #expect(try await stage.store.purge(endedBefore: Stage.now + .days(1), limit: 2) == 1)
        }

        @Test("a grant goes a day after its last refresh token", arguments: Backend.available)
        func grant(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.addGrant("grant", refreshToken: "one", lifetime: .days(30))

            _ = try await stage.store.purge(endedBefore: Stage.now + .days(30) + .hours(1), limit: 100)
            #expect(try await stage.store.standing(of: stage.token(of: "grant")) != nil, "an access token may live")

            _ = try await stage.store.purge(endedBefore: Stage.now + .days(31) + .seconds(1), limit: 100)
            #expect(try await stage.store.standing(of: stage.token(of: "grant")) == nil)
            #expect(try await stage.store.refreshToken(digest: "one") == nil)
        }

        @Test("a grant without a refresh token is kept for a day", arguments: Backend.available)
        func accessTokenOnly(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.addGrant("grant", refreshToken: nil)

            _ = try await stage.store.purge(endedBefore: Stage.now + .days(1), limit: 100)
            #expect(try await stage.store.standing(of: stage.token(of: "grant")) != nil)

            _ = try await stage.store.purge(endedBefore: Stage.now + .days(1) + .seconds(1), limit: 100)
            #expect(try await stage.store.standing(of: stage.token(of: "grant")) == nil)
        }

        @Test("a grant with a living refresh token stays, however many others are due", arguments: Backend.available)
        func living(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            for index in 0..<9 {
                try await stage.addGrant("grant-\(index)", refreshToken: "old-\(index)", lifetime: .days(30))
                let token = try #require(try await stage.store.refreshToken(digest: "old-\(index)")).token
                let later = Stage.now + .days(29)
                #expect(
                    try await stage.store.rotate(
                        token, to: NewRefreshToken(digest: "new-\(index)", expiresAt: later + .days(30)), at: later,
                        grace: .seconds(30)))
            }

            for _ in 0..<20 { _ = try await stage.store.purge(endedBefore: Stage.now + .days(40), limit: 2) }

            for index in 0..<9 {
                #expect(try await stage.store.refreshToken(digest: "new-\(index)") != nil, "grant-\(index)")
            }
        }

        @Test(
            "a rotated token is remembered for a fortnight, so that its reuse is noticed", arguments: Backend.available)
        func rotated(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.addGrant("grant", refreshToken: "old")
            let token = try #require(try await stage.store.refreshToken(digest: "old")).token
            let successor = NewRefreshToken(digest: "new", expiresAt: Stage.now + .days(90))
            #expect(try await stage.store.rotate(token, to: successor, at: Stage.now, grace: .seconds(30)))

            _ = try await stage.store.purge(endedBefore: Stage.now + .days(14), limit: 100)
            #expect(try await stage.store.refreshToken(digest: "old") != nil)

            _ = try await stage.store.purge(endedBefore: Stage.now + .days(14) + .seconds(1), limit: 100)
            #expect(try await stage.store.refreshToken(digest: "old") == nil)
            #expect(try await stage.store.refreshToken(digest: "new") != nil)
        }

        @Test(
            "what was revoked stays so for a day longer, should the clock have run ahead", arguments: Backend.available)
        func revoked(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            let token = TokenReference(origin: .client(1), generation: 0, random: "random")
            try await stage.store.revoke(token: token, until: Stage.now + .hours(2))

            _ = try await stage.store.purge(endedBefore: Stage.now + .hours(20), limit: 100)
            #expect(try await stage.store.standing(of: token) == nil)

            #expect(try await stage.store.purge(endedBefore: Stage.now + .hours(27), limit: 100) == 1)
        }

        @Test("a grant whose refresh token is rotated while it is due is kept", arguments: Backend.available)
        func rotating(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            // Living for a second more by this clock; a node that is two minutes ahead purges.
            let (now, ahead) = (Stage.now + .days(30) - .seconds(1), Stage.now + .days(30) + .minutes(2))
            for round in 0..<50 {
                try await stage.addGrant("g\(round)", refreshToken: "r\(round)", lifetime: .days(30))
                let token = try #require(try await stage.store.refreshToken(digest: "r\(round)")).token

                async let purging = stage.store.purge(endedBefore: ahead, limit: 100)
                let isRotated = try await stage.store.rotate(
                    token, to: NewRefreshToken(digest: "n\(round)", expiresAt: now + .days(30)), at: now,
                    grace: .seconds(30))
                _ = try await purging

                #expect((try await stage.store.refreshToken(digest: "n\(round)") != nil) == isRotated)
            }
        }

        @Test("keys go when they retire, events after a year", arguments: Backend.available)
        func keysAndEvents(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            for id in ["old", "new"] {
                try await stage.store.insert(
                    StoredSigningKey(
                        id: id, domain: stage.domain.id, algorithm: "RS256", sealedPEM: "sealed",
                        createdAt: Stage.now, retiresAt: nil), retiringOthersAt: Stage.now + .days(1))
            }
            try await stage.store.record(stage.event(.administered))

            _ = try await stage.store.purge(endedBefore: Stage.now + .days(2), limit: 100)
            #expect(try await stage.store.signingKeys(of: stage.domain.id).map(\.id) == ["new"])
            #expect(try await stage.store.events(of: stage.domain.id, ListRequest()).total == 1)

            _ = try await stage.store.purge(endedBefore: Stage.now + .days(365) + .seconds(1), limit: 100)
            #expect(try await stage.store.events(of: stage.domain.id, ListRequest()).total == 0)
        }

        @Test("events are found by domain, newest first", arguments: Backend.available)
        func events(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            for (seconds, kind) in [(0, Event.Kind.signedIn), (10, .codeReused), (5, .signedOut)] {
                try await stage.store.record(
                    Event(domain: stage.domain.id, at: Stage.now + .seconds(seconds), kind: kind, actor: "una"))
            }

            let page = try await stage.store.events(of: stage.domain.id, ListRequest(limit: 2))

            #expect(page.items.map(\.kind) == [.codeReused, .signedOut])
            #expect(page.total == 3)
            #expect(try await stage.store.events(of: stage.domain.id, ListRequest(search: "code")).total == 1)
            #expect(try await stage.store.events(of: "authority-other", ListRequest()).total == 0)
        }
    }
}
