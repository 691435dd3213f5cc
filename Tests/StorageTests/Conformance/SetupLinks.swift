import AuthorizationServer
import OAuth
import Testing

extension StoreConformance {
    @Suite("about the one-time link")
    struct SetupLinks {
        @Test("a link is good for its domain until the second it expires in", arguments: Backend.available)
        func find(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await save("link", on: stage)

            #expect(try await stage.store.setupLink(digest: "link", at: Stage.now) == stage.domain.id)
            #expect(try await stage.store.setupLink(digest: "link", at: Stage.now + .hours(1)) == nil)
            #expect(try await stage.store.setupLink(digest: "other", at: Stage.now) == nil)
        }

        @Test("a link makes an administrator, once", arguments: Backend.available)
        func redeem(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await save("link", on: stage)

            #expect(try await stage.store.redeem(setupLink: "link", for: person("ada", on: stage), at: Stage.now))
            #expect(try await !stage.store.redeem(setupLink: "link", for: person("eve", on: stage), at: Stage.now))

            #expect(try await stage.store.user(id: person("ada", on: stage).id)?.permissions == .administrator)
            #expect(try await stage.store.user(id: person("eve", on: stage).id) == nil)
            #expect(try await stage.store.hasAdministrator())
            #expect(try await stage.store.setupLink(digest: "link", at: Stage.now) == nil)
        }

        @Test("of twenty who use a link at once, one becomes administrator", arguments: Backend.available)
        func race(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await save("link", on: stage)

            let answers = try await atOnce(20) { index in
                try await stage.store.redeem(
                    setupLink: "link", for: person("person\(index)", on: stage), at: Stage.now)
            }

            #expect(answers.filter { $0 }.count == 1)
            let users = try await stage.store.users(in: nil, includingDeleted: true, ListRequest(search: "person"))
            #expect(users.total == 1)
        }

        @Test("an expired or unknown link makes nobody an administrator", arguments: Backend.available)
        func expired(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await save("link", on: stage)
            let ada = try person("ada", on: stage)

            #expect(try await !stage.store.redeem(setupLink: "link", for: ada, at: Stage.now + .hours(1)))
            #expect(try await !stage.store.redeem(setupLink: "guess", for: ada, at: Stage.now))

            #expect(try await !stage.store.hasAdministrator())
        }

        @Test(
            "who has the e-mail address already becomes the administrator, and gets the password",
            arguments: Backend.available)
        func known(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            var gone = stage.user
            gone.isDisabled = true
            #expect(try await stage.store.update(gone))
            try await save("link", on: stage)
            var claimed = User(
                id: "user-new", domain: stage.domain.id, email: stage.user.email, name: "Una", createdAt: Stage.now)
            claimed.passwordDigest = "new digest"

            #expect(try await stage.store.redeem(setupLink: "link", for: claimed, at: Stage.now))

            let user = try await stage.store.user(id: stage.user.id)
            #expect(user?.permissions == .administrator)
            #expect(user?.passwordDigest == "new digest")
            #expect(user?.isActive == true)
            #expect(try await stage.store.user(id: "user-new") == nil)
        }

        private func save(_ digest: String, on stage: Stage) async throws {
            try await stage.store.save(
                setupLink: digest, domain: stage.domain.id, expiresAt: Stage.now + .hours(1))
        }

        private func person(_ name: String, on stage: Stage) throws -> User {
            var user = try Stage.user(name, in: stage.domain)
            user.passwordDigest = "digest"
            return user
        }
    }
}
