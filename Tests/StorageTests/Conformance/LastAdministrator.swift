import AuthorizationServer
import OAuth
import Testing

extension StoreConformance {
    @Suite("about the last administrator")
    struct LastAdministrator {
        @Test("an administrator with a password is what a site has or has not", arguments: Backend.available)
        func has(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            #expect(try await !stage.store.hasAdministrator())

            try await stage.addAdministrator("ada")

            #expect(try await stage.store.hasAdministrator())
        }

        @Test("the last one is not deleted, a second one is", arguments: Backend.available)
        func delete(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            let ada = try await stage.addAdministrator("ada")
            #expect(try await !stage.store.delete(user: ada.id))
            #expect(try await stage.store.user(id: ada.id) == ada)
            try await stage.addAdministrator("bea")

            #expect(try await stage.store.delete(user: ada.id))

            #expect(try await stage.store.user(id: ada.id) == nil)
        }

        @Test(
            "the last one is not disabled, marked as deleted or demoted", arguments: Backend.available,
            ["disabled", "deleted", "demoted"])
        func update(_ backend: Backend, act: String) async throws {
            let stage = try await Stage(backend)
            let ada = try await stage.addAdministrator("ada")
            try await stage.start("digest", of: ada)
            var changed = ada
            changed.name = "changed"
            switch act {
            case "disabled": changed.isDisabled = true
            case "deleted": changed.isDeleted = true
            default: changed.permissions = .support
            }

            #expect(try await !stage.store.update(changed))

            #expect(try await stage.store.user(id: ada.id)?.name == "ada", "nothing is changed")
            #expect(try await stage.store.session(digest: "digest", at: Stage.now) != nil, "nothing is ended")
            try await stage.addAdministrator("bea")
            #expect(try await stage.store.update(changed))
        }

        @Test("who is disabled or deleted does not count as one that is left", arguments: Backend.available)
        func inactive(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            let ada = try await stage.addAdministrator("ada")
            var bea = try await stage.addAdministrator("bea")
            bea.isDisabled = true
            #expect(try await stage.store.update(bea))

            #expect(try await !stage.store.delete(user: ada.id))
            #expect(try await stage.store.delete(user: bea.id))
        }

        @Test("of two who delete each other at once, one stays", arguments: Backend.available)
        func race(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            let users = [try await stage.addAdministrator("ada"), try await stage.addAdministrator("bea")]

            let answers = try await atOnce(2) { try await stage.store.delete(user: users[$0].id) }

            #expect(answers.filter { $0 }.count == 1)
            #expect(try await stage.store.hasAdministrator())
        }

        @Test("the domain of the last one is not deleted", arguments: Backend.available)
        func domain(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.addAdministrator("ada")
            let other = try await stage.addDomain("other")
            #expect(try await !stage.store.delete(domain: stage.domain.id))
            #expect(try await stage.store.domain(id: stage.domain.id) != nil)
            try await stage.addAdministrator("bea", in: other)

            #expect(try await stage.store.delete(domain: stage.domain.id))

            #expect(try await stage.store.hasAdministrator())
        }
    }
}
