import AuthorizationServer
import OAuth
import Testing

extension StoreConformance {
    /// Whoever signs out, gets another password, is disabled or deleted has nothing left from before, also of
    /// what was being given at that very moment. Each act runs against each ending, fifty times.
    @Suite("about what ends while something begins")
    struct Endings {
        enum Ending: CaseIterable { case signOut, password, disabling, deletion }

        @Test(
            "a sign-in that was checked before an ending leaves no session", arguments: Backend.available,
            Ending.allCases)
        func start(_ backend: Backend, _ ending: Ending) async throws {
            let stage = try await Stage(backend)
            var started: Int64 = 0
            for round in 0..<50 {
                let user = try await self.user(round, on: stage)

                async let end: Void = self.end(ending, user, session: nil, on: stage)
                try await self.stagger(round, on: stage)
                let isStarted = try await stage.store.start(
                    stage.session("s\(round)", of: user), generation: 0, recording: stage.event(.signedIn))
                try await end

                #expect(try await stage.store.session(digest: "s\(round)", at: Stage.now) == nil)
                #expect(
                    try await !stage.store.start(
                        stage.session("later \(round)", of: user), generation: 0, recording: stage.event(.signedIn)))
                started += isStarted ? 1 : 0
            }
            let events = try await stage.store.events(of: stage.domain.id, ListRequest(search: "signed_in"))
            #expect(events.total == started, "only what happened is written down")
        }

        @Test(
            "a password that was checked before an ending leaves no token in force", arguments: Backend.available,
            Ending.allCases)
        func password(_ backend: Backend, _ ending: Ending) async throws {
            let stage = try await Stage(backend)
            for round in 0..<50 {
                let user = try await self.user(round, on: stage)
                let grant = self.grant("g\(round)", of: user, session: nil, on: stage)

                async let end: Void = self.end(ending, user, session: nil, on: stage)
                try await self.stagger(round, on: stage)
                let isSaved = try await stage.store.save(
                    grant, generation: 0, refreshToken: Self.token("r\(round)"), recording: nil)
                try await end

                #expect(try await stage.store.standing(of: stage.token(of: grant.id)) == nil)
                let found = try await stage.store.refreshToken(digest: "r\(round)")?.token
                // A sign-out leaves refresh tokens that were not given in the session, as in PlaceOS.
                if ending == .signOut {
                    #expect((found != nil) == isSaved)
                } else {
                    #expect(found?.isGrantRevoked ?? true)
                }
            }
        }

        @Test(
            "a code that is given and redeemed during an ending leaves no token in force",
            arguments: Backend.available, Ending.allCases)
        func code(_ backend: Backend, _ ending: Ending) async throws {
            let stage = try await Stage(backend)
            for round in 0..<50 {
                let user = try await self.user(round, on: stage)
                try await stage.start("s\(round)", of: user)
                let code = self.code("c\(round)", of: user, session: "s\(round)", on: stage)
                let grant = self.grant("g\(round)", of: user, session: "s\(round)", on: stage)

                async let end: Void = self.end(ending, user, session: "s\(round)", on: stage)
                try await self.stagger(round, on: stage)
                _ = try await unlessMissing {
                    guard try await stage.store.save(code) else { return }
                    _ = try await stage.store.redeem(
                        code: code.digest, for: grant, refreshToken: Self.token("r\(round)"))
                }
                try await end

                let late = try await unlessMissing {
                    try await stage.store.redeem(
                        code: code.digest, for: self.grant("late \(round)", of: user, session: nil, on: stage),
                        refreshToken: nil)
                }
                #expect(late != true, "a code outlives nothing it was given in")
                #expect(try await stage.store.standing(of: stage.token(of: grant.id)) == nil)
                #expect(try await stage.store.refreshToken(digest: "r\(round)")?.token.isGrantRevoked ?? true)
            }
        }

        @Test(
            "a refresh during an ending leaves no token in force", arguments: Backend.available,
            [Ending.password, .disabling, .deletion])
        func refresh(_ backend: Backend, _ ending: Ending) async throws {
            let stage = try await Stage(backend)
            for round in 0..<50 {
                let user = try await self.user(round, on: stage)
                let grant = self.grant("g\(round)", of: user, session: nil, on: stage)
                #expect(
                    try await stage.store.save(
                        grant, generation: 0, refreshToken: Self.token("r\(round)"), recording: nil))
                let token = try #require(try await stage.store.refreshToken(digest: "r\(round)")).token

                async let end: Void = self.end(ending, user, session: nil, on: stage)
                try await self.stagger(round, on: stage)
                _ = try await unlessMissing {
                    try await stage.store.rotate(
                        token, to: Self.token("n\(round)"), at: Stage.now, grace: .seconds(30))
                }
                try await end

                #expect(try await stage.store.standing(of: stage.token(of: grant.id)) == nil)
                #expect(try await stage.store.refreshToken(digest: "n\(round)")?.token.isGrantRevoked ?? true)
            }
        }

        @Test(
            "whatever is under way for an application, its user or its domain while they are deleted is gone or refused",
            arguments: Backend.available, ["application", "user", "domain"])
        func deletion(_ backend: Backend, _ parent: String) async throws {
            let stage = try await Stage(backend)
            try await stage.addAdministrator("ada", in: stage.addDomain("other"))
            try await stage.start("session")
            for index in 0..<8 {
                try await stage.addGrant("g\(index)", refreshToken: "r\(index)")
                #expect(try await stage.store.save(stage.code("c\(index)", session: "session")))
            }

            async let deleting: Void = self.delete(parent, on: stage)
            _ = try await atOnce(24) { index in
                let one = index / 3
                try await unlessMissing {
                    switch index % 3 {
                    case 0:
                        guard let token = try await stage.store.refreshToken(digest: "r\(one)")?.token else { return }
                        _ = try await stage.store.rotate(
                            token, to: Self.token("n\(one)"), at: Stage.now, grace: .seconds(30))
                    case 1:
                        _ = try await stage.store.redeem(
                            code: "c\(one)", for: stage.grant("of code \(one)", session: "session"),
                            refreshToken: Self.token("of code \(one)"))
                    default:
                        _ = try await stage.store.save(stage.code("late \(one)", session: "session"))
                        try await stage.store.save(consent: .public, of: stage.user.id, to: 1, at: Stage.now)
                    }
                }
            }
            try await deleting

            for digest in (0..<8).flatMap({ ["r\($0)", "n\($0)", "of code \($0)"] }) {
                #expect(try await stage.store.refreshToken(digest: digest) == nil)
            }
            for digest in (0..<8).flatMap({ ["c\($0)", "late \($0)"] }) {
                #expect(try await stage.store.code(digest: digest) == nil)
            }
        }

        /// Lets the ending get ahead by a few steps more each round, so that the acts meet at every point.
        private func stagger(_ round: Int, on stage: Stage) async throws {
            for _ in 0..<(round % 10) { _ = try await stage.store.user(id: stage.user.id) }
        }

        private func delete(_ parent: String, on stage: Stage) async throws {
            switch parent {
            case "application": try await stage.store.delete(client: 1)
            case "user": #expect(try await stage.store.delete(user: stage.user.id))
            default: #expect(try await stage.store.delete(domain: stage.domain.id))
            }
        }

        private func end(_ ending: Ending, _ user: User, session: String?, on stage: Stage) async throws {
            switch ending {
            case .signOut:
                try await stage.store.signOut(
                    user.id, session: session, at: Stage.now, recording: stage.event(.signedOut))
            case .password: try await stage.store.setPassword("new", of: user.id, at: Stage.now)
            case .disabling:
                var user = user
                user.isDisabled = true
                #expect(try await stage.store.update(user))
            case .deletion: #expect(try await stage.store.delete(user: user.id))
            }
        }

        private func user(_ round: Int, on stage: Stage) async throws -> User {
            let user = try Stage.user("user\(round)", in: stage.domain)
            try await stage.store.insert(user)
            return user
        }

        private func code(_ digest: String, of user: User, session: String, on stage: Stage) -> AuthorizationCode {
            AuthorizationCode(
                digest: digest, domain: stage.domain.id, client: stage.client.number, user: user.id, session: session,
                redirectURI: "", scope: .public, codeChallenge: nil, nonce: nil, issuer: "",
                authenticatedAt: Stage.now, expiresAt: Stage.now + .seconds(60))
        }

        private func grant(_ id: String, of user: User, session: String?, on stage: Stage) -> Grant {
            Grant(
                id: id, domain: stage.domain.id, client: stage.client.number, user: user.id, session: session,
                scope: .public, issuer: "", nonce: nil, authenticatedAt: Stage.now, createdAt: Stage.now,
                expiresAt: Stage.now + .days(365))
        }

        private static func token(_ digest: String) -> NewRefreshToken {
            NewRefreshToken(digest: digest, expiresAt: Stage.now + .days(90))
        }
    }
}

/// What an act answers; `nil` when what it refers to was deleted meanwhile.
@discardableResult
func unlessMissing<Answer>(_ act: () async throws -> Answer) async throws -> Answer? {
    do { return try await act() } catch StoreError.missing { return nil }
}
