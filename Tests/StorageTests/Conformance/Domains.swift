import AuthorizationServer
import Cryptography
import OAuth
import Testing

extension StoreConformance {
    @Suite("about domains and signing keys")
    struct Domains {
        @Test("a domain is found as stored, by id and by host", arguments: Backend.available)
        func find(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            var domain = Domain(id: "authority-b", name: "Beta", host: "b.example", createdAt: Stage.now)
            domain.description = "“Ümlaut”"
            domain.internals = ["session_timeout": "90"]
            domain.emailDomains = ["b.example"]
            domain.policy.passwordGrant = .serviceAccounts
            domain.policy.origin = "https://b.example:8443"
            domain.policy.embeddingOrigins = ["https://teams.example"]
            domain.policy.signingAlgorithm = .edDSA

            try await stage.store.insert(domain)

            #expect(try await stage.store.domain(id: "authority-b") == domain)
            #expect(try await stage.store.domain(host: "b.example") == domain)
            #expect(try await stage.store.domain(host: "c.example") == nil)
        }

        @Test("a host that is taken is a conflict, at insert and at update", arguments: Backend.available)
        func conflict(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            var other = try await stage.addDomain("other")
            other.host = stage.domain.host

            await #expect { try await stage.store.update(other) } throws: { Self.names("host", $0) }
            let twin = Domain(id: "authority-twin", name: "Twin", host: stage.domain.host, createdAt: Stage.now)
            await #expect { try await stage.store.insert(twin) } throws: { Self.names("host", $0) }

            #expect(try await stage.store.domain(id: other.id)?.host == "other.example")
        }

        @Test("a domain that was changed meanwhile is not changed on old sight", arguments: Backend.available)
        func stale(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            var (first, second) = (stage.domain, stage.domain)
            first.name = "first"
            second.description = "second"
            try await stage.store.update(first)

            await #expect(throws: StoreError.stale) { try await stage.store.update(second) }

            first.revision += 1
            #expect(try await stage.store.domain(id: first.id) == first)
        }

        @Test("a domain takes everything of it with it, and nothing of others", arguments: Backend.available)
        func delete(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            let other = try await stage.addDomain("other")
            let ada = try await stage.addAdministrator("ada", in: other)
            try await stage.addGrant("grant", refreshToken: "one")
            try await stage.start("digest")
            try await stage.store.insert(key("key", at: 0, in: stage.domain), retiringOthersAt: Stage.now)
            try await stage.store.insert(key("key", at: 0, in: other), retiringOthersAt: Stage.now)

            #expect(try await stage.store.delete(domain: stage.domain.id))

            #expect(try await stage.store.user(id: stage.user.id) == nil)
            #expect(try await stage.store.client(number: 1) == nil)
            #expect(try await stage.store.refreshToken(digest: "one") == nil)
            #expect(try await stage.store.session(digest: "digest", at: Stage.now) == nil)
            #expect(try await stage.store.signingKeys(of: stage.domain.id).isEmpty)
            #expect(try await stage.store.user(id: ada.id) != nil)
            #expect(try await stage.store.signingKeys(of: other.id).count == 1)
        }

        @Test("domains are listed in the order name, id", arguments: Backend.available)
        func list(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            for name in ["Zulu", "Mike"] { _ = try await stage.addDomain(name) }

            let page = try await stage.store.domains(ListRequest(search: "", limit: 2))

            #expect(page.items.map(\.name) == ["Alpha", "Mike"])
            #expect(page.total == 3)
            #expect(try await stage.store.domains(ListRequest(search: "zul")).items.map(\.name) == ["Zulu"])
        }

        @Test(
            "a new key signs, and those of its algorithm before it are published until they retire",
            arguments: Backend.available)
        func keys(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            let end = Stage.now + .days(1)
            try await stage.store.insert(key("elliptic", .es256, at: 0, in: stage.domain), retiringOthersAt: end)
            try await stage.store.insert(key("old", at: 1, in: stage.domain), retiringOthersAt: end)

            try await stage.store.insert(key("new", at: 2, in: stage.domain), retiringOthersAt: end)

            let keys = try await stage.store.signingKeys(of: stage.domain.id)
            #expect(keys.map(\.id) == ["new", "elliptic", "old"])
            #expect(keys.map(\.retiresAt) == [nil, nil, end])
        }

        @Test("a key that signs is not deleted, a retired one is", arguments: Backend.available)
        func deleteKey(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            let other = try await stage.addDomain("other")
            try await stage.store.insert(key("old", at: 0, in: stage.domain), retiringOthersAt: Stage.now)
            try await stage.store.insert(key("new", at: 1, in: stage.domain), retiringOthersAt: Stage.now + .days(1))

            #expect(try await !stage.store.delete(signingKey: "new", of: stage.domain.id))
            #expect(try await !stage.store.delete(signingKey: "old", of: other.id))
            #expect(try await stage.store.delete(signingKey: "old", of: stage.domain.id))

            #expect(try await stage.store.signingKeys(of: stage.domain.id).map(\.id) == ["new"])
        }

        private func key(_ id: String, _ algorithm: SigningKey.Algorithm = .rs256, at seconds: Int64, in domain: Domain)
            -> StoredSigningKey
        {
            StoredSigningKey(
                id: id, domain: domain.id, algorithm: algorithm.rawValue, sealedPEM: "sealed",
                createdAt: Stage.now + .seconds(seconds), retiresAt: nil)
        }

        private static func names(_ rule: String, _ error: any Error) -> Bool {
            if case StoreError.conflict(let text) = error { text.contains(rule) } else { false }
        }
    }
}
