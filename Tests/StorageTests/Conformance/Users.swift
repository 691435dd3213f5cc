import AuthorizationServer
import OAuth
import Testing

extension StoreConformance {
    @Suite("about users")
    struct Users {
        @Test("a user is found as stored, by id, by e-mail address", arguments: Backend.available)
        func find(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            var user = try Stage.user("max", in: stage.domain)
            user.loginName = "max.m"
            user.staffID = "4711"
            user.groups = ["a, b", "\"c\""]
            user.permissions = [.support, .administrator]
            user.passwordDigest = "digest"
            user.emailVerified = false
            user.isServiceAccount = true
            user.profile = ["nickname": "Mäx", "work": [1, 2]]

            try await stage.store.insert(user)

            #expect(try await stage.store.user(id: user.id) == user)
            #expect(try await stage.store.user(email: user.email, in: stage.domain.id) == user)
            #expect(try await stage.store.user(email: user.email, in: "authority-other") == nil)
        }

        @Test(
            "a name is looked up as id, e-mail address, login name and staff id, in this order",
            arguments: Backend.available)
        func named(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            var byStaffID = try Stage.user("staff", in: stage.domain)
            byStaffID.staffID = "una@mail.example"
            var byLoginName = try Stage.user("login", in: stage.domain)
            byLoginName.loginName = "una@mail.example"
            byLoginName.staffID = "max"
            var max = try Stage.user("max", in: stage.domain)
            max.loginName = "max"
            for user in [byStaffID, byLoginName, max] { try await stage.store.insert(user) }
            func find(_ name: String) async throws -> UserID? {
                try await stage.store.user(named: name, in: stage.domain.id)?.id
            }

            #expect(try await find("UNA@mail.example") == stage.user.id)
            #expect(try await find("max") == max.id)
            #expect(try await find(max.id.text) == max.id)
            #expect(
                try await find(String(max.id.text.dropFirst("user-".count))) == max.id, "PlaceOS leaves the prefix out")
            #expect(try await find("nobody") == nil)
        }

        @Test(
            "a conflict names the rule that was broken", arguments: Backend.available,
            ["email_digest", "login_name", "staff_id"])
        func conflict(_ backend: Backend, rule: String) async throws {
            let stage = try await Stage(backend)
            let other = try await stage.addDomain("other")
            func user(_ name: String, in domain: Domain) throws -> User {
                var user = try Stage.user(rule == "email_digest" ? "same" : name, in: domain)
                user = User(
                    id: UserID("\(name)-\(domain.name)"), domain: domain.id, email: user.email, name: name,
                    createdAt: Stage.now)
                if rule == "login_name" { user.loginName = "same" }
                if rule == "staff_id" { user.staffID = "same" }
                return user
            }
            try await stage.store.insert(user("one", in: stage.domain))

            await #expect { try await stage.store.insert(user("two", in: stage.domain)) } throws: { error in
                guard case StoreError.conflict(let text) = error else { return false }
                return text.contains(rule) && !text.contains("same")
            }

            try await stage.store.insert(user("one", in: other))
            #expect(try await stage.store.user(id: "two-Alpha") == nil)
        }

        @Test("an update keeps the counters of signing in and out", arguments: Backend.available)
        func update(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.start("digest")
            var user = stage.user
            user.name = "Una Neumann"
            user.loginCount = 99
            user.generation = 99

            #expect(try await stage.store.update(user))

            let stored = try await stage.store.user(id: user.id)
            #expect(stored?.name == "Una Neumann")
            #expect(stored?.loginCount == 1)
            #expect(stored?.generation == 0)
            #expect(stored?.lastLogin == Stage.now)
        }

        @Test("of two who change a user at once, the second is told that it is stale", arguments: Backend.available)
        func stale(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            var first = stage.user
            first.isDisabled = true
            #expect(try await stage.store.update(first))
            var second = stage.user
            second.name = "Renamed"

            await #expect(throws: StoreError.stale) { try await stage.store.update(second) }
            #expect(try await stage.store.user(id: stage.user.id)?.isDisabled == true)
        }

        @Test("disabling a user ends sessions, grants and access tokens", arguments: Backend.available)
        func disable(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.addGrant("grant", refreshToken: "one")
            var user = stage.user
            user.isDisabled = true

            #expect(try await stage.store.update(user))
            user.isDisabled = false
            user.revision += 1
            #expect(try await stage.store.update(user))

            #expect(try await stage.store.standing(of: stage.token(of: "grant")) == nil)
            #expect(try await stage.store.refreshToken(digest: "one")?.token.isGrantRevoked == true)
        }

        @Test("a new password ends sessions, grants and tokens", arguments: Backend.available)
        func password(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.addGrant("grant", refreshToken: "one")
            try await stage.start("digest")

            try await stage.store.setPassword("new", of: stage.user.id, at: Stage.now)

            #expect(try await stage.store.user(id: stage.user.id)?.passwordDigest == "new")
            #expect(try await stage.store.session(digest: "digest", at: Stage.now) == nil)
            #expect(try await stage.store.standing(of: stage.token(of: "grant")) == nil)
            #expect(try await stage.store.refreshToken(digest: "one")?.token.isGrantRevoked == true)
        }

        @Test("a better digest of the password ends nothing", arguments: Backend.available)
        func upgrade(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            let ada = try await stage.addAdministrator("ada")
            try await stage.start("session", of: ada)

            try await stage.store.upgrade("digest", to: "better", of: ada.id)

            #expect(try await stage.store.user(id: ada.id)?.passwordDigest == "better")
            #expect(try await stage.store.session(digest: "session", at: Stage.now) != nil)
        }

        @Test("a better digest of a password that is no longer the password is dropped", arguments: Backend.available)
        func upgradeOfAnOldOne(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            let ada = try await stage.addAdministrator("ada")
            try await stage.store.setPassword("new", of: ada.id, at: Stage.now)

            try await stage.store.upgrade("digest", to: "better", of: ada.id)

            #expect(try await stage.store.user(id: ada.id)?.passwordDigest == "new")
        }

        @Test("a change of a user who is gone says so", arguments: Backend.available)
        func gone(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            #expect(try await stage.store.delete(user: stage.user.id))
            #expect(try await stage.store.delete(user: stage.user.id), "gone is gone")

            await #expect(throws: StoreError.missing) { try await stage.store.update(stage.user) }
        }

        @Test("a list is in the order name, id, and says how many there are in all", arguments: Backend.available)
        func list(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            for name in ["zoe", "bob_", "bobby", "100%"] {
                try await stage.store.insert(Stage.user(name, in: stage.domain))
            }
            var gone = try Stage.user("gone", in: stage.domain)
            gone.isDeleted = true
            try await stage.store.insert(gone)
            try await stage.store.insert(Stage.user("elsewhere", in: stage.addDomain("other")))
            func names(_ request: ListRequest, deleted: Bool = false, in domain: DomainID? = "authority-a") async throws
                -> [String]
            {
                try await stage.store.users(in: domain, includingDeleted: deleted, request).items.map(\.name)
            }

            #expect(try await names(ListRequest()) == ["100%", "bob_", "bobby", "una", "zoe"])
            #expect(try await names(ListRequest(search: " BOB ")) == ["bob_", "bobby"])
            #expect(try await names(ListRequest(search: "bob_")) == ["bob_"], "an underscore stands for itself")
            #expect(try await names(ListRequest(search: "0%")) == ["100%"])
            #expect(try await names(ListRequest(search: "*")).count == 5)
            #expect(try await names(ListRequest(), deleted: true).count == 6)
            #expect(try await names(ListRequest(), in: nil).contains("elsewhere"))
            let page = try await stage.store.users(
                in: stage.domain.id, includingDeleted: false, ListRequest(limit: 2, offset: 1))
            #expect(page.items.map(\.name) == ["bob_", "bobby"])
            #expect(page.total == 5)
        }
    }
}
