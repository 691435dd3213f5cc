import AuthorizationServer
import Cryptography
import OAuth
import Testing

extension StoreConformance {
    @Suite("about applications and API keys")
    struct Clients {
        @Test(
            "an application is found as stored, by number and by client_id in its domain", arguments: Backend.available)
        func find(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            var client = Stage.client(2, in: stage.domain)
            client.secretDigests = ["new", "old"]
            client.scope = Scope(words: ["public", "mqtt.read"])
            client.isThirdParty = true
            client.profile = .oauth21
            client.overrides.grantTypes = [.clientCredentials]
            client.overrides.refreshGrace = .seconds(5)
            client.serviceAccount = stage.user.id

            try await stage.store.insert(client)

            #expect(try await stage.store.client(number: 2) == client)
            #expect(try await stage.store.client(id: "client-2", in: stage.domain.id) == client)
            #expect(try await stage.store.client(id: "client-2", in: "authority-other") == nil)
        }

        @Test(
            "an application is found by the MD5 of its redirect URIs, but by its own client_id first",
            arguments: Backend.available)
        func aliases(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            let raw = ClientID(Digests.md5Hex("https://client-1.example/Callback"))
            let lowered = ClientID(Digests.md5Hex("https://client-1.example/callback"))
            func number(_ id: ClientID) async throws -> Int64? {
                try await stage.store.client(id: id, in: stage.domain.id)?.number
            }
            #expect(try await number(raw) == 1)
            #expect(try await number(lowered) == 1)

            var thief = Stage.client(2, in: stage.domain)
            thief = Client(
                number: 2, domain: stage.domain.id, id: raw, name: "Own", redirectURIs: [], scope: .public,
                isConfidential: true, profile: .placeos, createdAt: Stage.now)
            try await stage.store.insert(thief)

            #expect(try await number(raw) == 2)
            #expect(try await number(lowered) == 1)
        }

        @Test("an update replaces the aliases", arguments: Backend.available)
        func update(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            var client = stage.client
            client.redirectURIs = ["https://new.example/"]

            try await stage.store.update(client)

            let old = ClientID(Digests.md5Hex("https://client-1.example/Callback"))
            let new = ClientID(Digests.md5Hex("https://new.example/"))
            #expect(try await stage.store.client(id: old, in: stage.domain.id) == nil)
            client.revision += 1
            #expect(try await stage.store.client(id: new, in: stage.domain.id) == client)
        }

        @Test(
            "of two who change an application at once, the second is told that it is stale",
            arguments: Backend.available)
        func stale(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            var first = stage.client
            first.isDisabled = true
            try await stage.store.update(first)
            var second = stage.client
            second.name = "Renamed"

            await #expect(throws: StoreError.stale) { try await stage.store.update(second) }
            #expect(try await stage.store.client(number: stage.client.number)?.isDisabled == true)
        }

        @Test("a name or client_id that is taken is a conflict that tells them apart", arguments: Backend.available)
        func conflict(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            func twin(id: ClientID, name: String, in domain: Domain) -> Client {
                Client(
                    number: domain.id == stage.domain.id ? 2 : 3, domain: domain.id, id: id, name: name,
                    redirectURIs: [], scope: .public, isConfidential: true, profile: .placeos, createdAt: Stage.now)
            }

            await #expect {
                try await stage.store.insert(twin(id: "another", name: stage.client.name, in: stage.domain))
            } throws: { error in
                guard case StoreError.conflict(let rule) = error else { return false }
                return rule.contains("name")
            }
            await #expect {
                try await stage.store.insert(twin(id: stage.client.id, name: "Another", in: stage.domain))
            } throws: { error in
                guard case StoreError.conflict(let rule) = error else { return false }
                return rule.contains("client_id") && !rule.contains("name")
            }
            try await stage.store.insert(
                twin(id: stage.client.id, name: stage.client.name, in: stage.addDomain("other")))
        }

        @Test("applications are listed in the order name, of one domain or of all", arguments: Backend.available)
        func list(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            let other = try await stage.addDomain("other")
            try await stage.store.insert(Stage.client(2, in: stage.domain))
            try await stage.store.insert(Stage.client(3, in: other))

            #expect(try await stage.store.clients(in: stage.domain.id, ListRequest()).items.map(\.number) == [1, 2])
            #expect(try await stage.store.clients(in: nil, ListRequest(limit: 1, offset: 2)).items.map(\.number) == [3])
            #expect(try await stage.store.clients(in: nil, ListRequest()).total == 3)
            #expect(
                try await stage.store.clients(in: nil, ListRequest(search: "CLIENT-2.example")).items.map(\.number) == [
                    2
                ])
        }

        @Test("an API key is found with its user, changed, listed and deleted", arguments: Backend.available)
        func apiKey(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            var key = apiKey("key", named: "Lobby", on: stage)
            key.expiresAt = Stage.now + .days(1)
            try await stage.store.insert(key)
            let found = try #require(try await stage.store.apiKey(id: "key"))
            #expect(found.key == key)
            #expect(found.user == stage.user)

            key.description = "the kiosk"
            key.expiresAt = nil
            try await stage.store.update(key)
            key.revision += 1
            #expect(try await stage.store.apiKeys(in: stage.domain.id, ListRequest(search: "KIOSK")).items == [key])

            try await stage.store.delete(apiKey: "key")
            #expect(try await stage.store.apiKey(id: "key") == nil)
        }

        @Test("an API key that was changed meanwhile is not changed on old sight", arguments: Backend.available)
        func staleAPIKey(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            var key = apiKey("key", named: "Lobby", on: stage)
            try await stage.store.insert(key)
            key.permissions = []
            try await stage.store.update(key)

            key.permissions = .administrator
            await #expect(throws: StoreError.stale) { try await stage.store.update(key) }

            #expect(try await stage.store.apiKey(id: "key")?.key.permissions == [])
        }

        @Test("a name of an API key is taken whatever its case", arguments: Backend.available)
        func apiKeyConflict(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.store.insert(apiKey("one", named: "Lobby", on: stage))

            await #expect {
                try await stage.store.insert(apiKey("two", named: "lobby", on: stage))
            } throws: { error in
                guard case StoreError.conflict(let rule) = error else { return false }
                return rule.contains("name")
            }
        }

        @Test("an API key goes with its user", arguments: Backend.available)
        func apiKeyOfUser(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            try await stage.store.insert(apiKey("key", named: "Lobby", on: stage))

            #expect(try await stage.store.delete(user: stage.user.id))

            #expect(try await stage.store.apiKey(id: "key") == nil)
        }

        private func apiKey(_ id: String, named name: String, on stage: Stage) -> APIKey {
            APIKey(
                id: id, domain: stage.domain.id, user: stage.user.id, name: name, scope: .public,
                permissions: .support, secretDigest: "digest", createdAt: Stage.now)
        }
    }
}
