import AuthorizationServer
import HTTPTypes
import OAuth
import TestSupport
import Testing

@Suite("api_keys: the keys of machines and kiosks")
struct APIKeyTests {
    private let fields = [
        "id", "name", "description", "scopes", "permissions", "user_id", "authority_id", "user", "authority",
        "created_at", "updated_at", "expires_at", "x_api_key",
    ]

    private func create(_ engine: Engine, _ more: [JSON.Member] = []) async throws -> TestAnswer {
        try await engine.send(
            .post, "api_keys",
            .object(
                [.init("name", "kiosk"), .init("user_id", .string(engine.site.localhost.user.id.text))] + more),
            as: engine.administrator)
    }

    @Test func `a new key is shown once, and works`() async throws {
        let engine = try await Engine()

        let answer = try await create(engine, [.init("scopes", ["guest"]), .init("permissions", "support")])

        #expect(answer.status == .created)
        #expect(try answer.names == fields)
        let key = try answer.json
        let text = try #require(key["x_api_key"]?.string)
        #expect(text.split(separator: ".").map(\.count) == [32, 43])
        #expect(text.hasPrefix(try #require(key["id"]?.string)))
        #expect(key["permissions"] == "support")
        #expect(key["scopes"] == ["guest"])
        #expect(key["authority_id"]?.string == engine.site.localhost.domain.id.text)
        #expect(key["user"]?["email"] == "user@email.com")
        #expect(key["user"]?["sys_admin"] == nil)
        #expect(key["authority"]?["domain"] == "localhost")
        #expect(key["created_at"]?.integer == engine.site.clock.now.seconds)
        #expect(try await engine.get("api_keys/inspect?api-key=\(text)").status == .ok)

        let shown = try await engine.get("api_keys/\(key["id"]?.string ?? "")", as: engine.administrator)
        #expect(try shown.names == fields)
        #expect(try shown.json["x_api_key"] == JSON.null)
        let list = try await engine.get("api_keys", as: engine.administrator)
        #expect(try list.json.array?.first?["x_api_key"] == JSON.null)
        #expect(!list.text.contains(text))
    }

    @Test(
        "the level is a word or a number",
        arguments: [
            (JSON.string("admin"), "admin"), ("Admin_Support", "admin_support"), (0, "user"), (1, "support"),
            (2, "admin"),
        ])
    func levels(given: JSON, name: String) async throws {
        let engine = try await Engine()

        #expect(try await create(engine, [.init("permissions", given)]).json["permissions"]?.string == name)
    }

    @Test func `whatever is wrong is said field by field`() async throws {
        let engine = try await Engine()
        let past = engine.site.clock.now.seconds - 1

        #expect(try await create(engine, [.init("permissions", "root")]).faultyFields == ["permissions"])
        #expect(try await create(engine, [.init("permissions", 4)]).faultyFields == ["permissions"])
        #expect(try await create(engine, [.init("expires_at", .integer(past))]).faultyFields == ["expires_at"])
        #expect(try await create(engine, [.init("ttl", 0)]).faultyFields == ["ttl"])
        #expect(try await create(engine, [.init("scopes", "public")]).faultyFields == ["scopes"])
        #expect(try await create(engine, [.init("scopes", [])]).faultyFields == ["scopes"])
        let nobody = try await engine.send(.post, "api_keys", ["name": "x"], as: engine.administrator)
        #expect(nobody.status == .unprocessableContent)
        #expect(try nobody.json["error"] == "validation failed")
        #expect(try nobody.faultyFields == ["user_id"])
        let types = try await engine.send(
            .post, "api_keys", ["name": 1, "user_id": true, "ttl": "x"], as: engine.administrator)
        #expect(try types.faultyFields == ["name", "user_id", "ttl"])
    }

    @Test func `a name is taken whatever its case`() async throws {
        let engine = try await Engine()
        _ = try await create(engine)

        let answer = try await engine.send(
            .post, "api_keys", ["name": "KIOSK", "user_id": .string(engine.site.localhost.user.id.text)],
            as: engine.administrator)

        #expect(answer.status == .unprocessableContent)
        #expect(try answer.faultyFields == ["name"])
    }

    @Test func `of ttl and expires_at the sooner counts`() async throws {
        let engine = try await Engine()
        let now = engine.site.clock.now.seconds

        let answer = try await create(engine, [.init("ttl", 60), .init("expires_at", .integer(now + 3_600))])

        #expect(try answer.json["expires_at"]?.integer == now + 60)
    }

    @Test func `a change merges, and null takes the end away`() async throws {
        let engine = try await Engine()
        let id = try #require(try await create(engine, [.init("ttl", 60)]).json["id"]?.string)

        for method in [HTTPRequest.Method.patch, .put] {
            let answer = try await engine.send(
                method, "api_keys/\(id)?version=0", ["description": "in the hall"], as: engine.administrator)
            #expect(answer.status == .ok)
            #expect(try answer.json["description"] == "in the hall")
            #expect(try answer.json["name"] == "kiosk")
            #expect(try answer.json["expires_at"] != JSON.null)
        }
        let endless = try await engine.send(.patch, "api_keys/\(id)", ["expires_at": nil], as: engine.administrator)
        #expect(try endless.json["expires_at"] == JSON.null)
    }

    @Test func `a deleted key and the key of a deleted user are gone`() async throws {
        let engine = try await Engine()
        let first = try await create(engine).json
        let second = try await engine.send(
            .post, "api_keys", ["name": "two", "user_id": .string(engine.site.localhost.support.id.text)],
            as: engine.administrator
        ).json

        let answer = try await engine.delete("api_keys/\(first["id"]?.string ?? "")", as: engine.administrator)
        #expect(answer.status == .accepted)
        #expect(answer.body.isEmpty)
        _ = try await engine.delete("users/\(engine.site.localhost.support.id.text)", as: engine.administrator)

        for key in [first, second] {
            let inspected = try await engine.get("api_keys/inspect?api-key=\(key["x_api_key"]?.string ?? "")")
            #expect(inspected.text == #"{"error":"unknown X-API-Key"}"#)
        }
    }

    @Test func `the list can be narrowed to a domain`() async throws {
        let engine = try await Engine()
        let other = try await engine.site.addDomain("other.example")
        _ = try await create(engine)
        _ = try await engine.site.apiKey(for: other.user, name: "theirs")

        func names(_ query: String) async throws -> [String] {
            try await engine.get("api_keys\(query)", as: engine.administrator).json.array?.compactMap {
                $0["name"]?.string
            } ?? []
        }
        #expect(try await names("") == ["kiosk", "theirs"])
        #expect(try await names("?authority_id=\(other.domain.id.text)") == ["theirs"])
        #expect(try await names("?authority_id=none") == [])
    }
}
