import AuthorizationServer
import HTTPTypes
import OAuth
import TestSupport
import Testing
import Web

@Suite("oauth_apps: the applications of a domain")
struct ApplicationTests {
    private let fields = [
        "id", "name", "secret", "scopes", "owner_id", "redirect_uri", "confidential", "skip_authorization",
        "subsystems", "uid", "created_at", "updated_at",
    ]

    private func create(_ engine: Engine, _ members: [JSON.Member] = []) async throws -> TestAnswer {
        let basic: [JSON.Member] = [
            .init("name", "panel"), .init("redirect_uri", "https://Panel.example/oauth-resp.html"),
            .init("owner_id", .string(engine.site.localhost.domain.id.text)),
        ]
        return try await engine.send(
            .post, "oauth_apps", .object(basic.filter { one in !members.contains { $0.name == one.name } } + members),
            as: engine.administrator)
    }

    @Test func `a new application has an integer id, the MD5 of its redirect URI, and a secret that is shown once`()
        async throws
    {
        let engine = try await Engine()

        let answer = try await create(engine)

        #expect(answer.status == .created)
        #expect(try answer.names == fields)
        let application = try answer.json
        let id = try #require(application["id"]?.integer)
        #expect(application["uid"]?.string == PlaceOSClientID.canonical("https://Panel.example/oauth-resp.html"))
        #expect(application["secret"]?.string?.count == 54)
        #expect(application["scopes"] == "public")
        #expect(application["confidential"] == false)
        #expect(application["skip_authorization"] == false)
        #expect(application["subsystems"] == [])
        #expect(application["redirect_uri"] == "https://Panel.example/oauth-resp.html")
        #expect(application["created_at"]?.integer == engine.site.clock.now.seconds)
        let shown = try await engine.get("oauth_apps/\(id)", as: engine.administrator)
        #expect(try shown.names == fields)
        #expect(try shown.json["secret"] == JSON.null)
    }

    @Test func `what the Backoffice sends beside is ignored, and an empty scopes is accepted`() async throws {
        let engine = try await Engine()

        let answer = try await create(
            engine,
            [
                .init("scopes", ""), .init("skip_authorization", true), .init("preserve_client_id", true),
                .init("client_id", "mine"), .init("uid", "mine"), .init("secret", "mine"), .init("id", 7),
                .init("version", 0),
            ])

        #expect(answer.status == .created)
        #expect(try answer.json["scopes"] == "")
        #expect(try answer.json["skip_authorization"] == true)
        #expect(try answer.json["uid"] != "mine")
        #expect(try answer.json["secret"] != "mine")
        #expect(try answer.json["id"] != 7)
    }

    @Test func `redirect_uri is a text of several, separated by blanks`() async throws {
        let engine = try await Engine()

        let answer = try await create(
            engine, [.init("redirect_uri", " https://a.example/cb\n com.placeos.panel://oauth ")])

        #expect(try answer.json["redirect_uri"] == "https://a.example/cb\ncom.placeos.panel://oauth")
        #expect(try answer.json["uid"]?.string == PlaceOSClientID.canonical("https://a.example/cb"))
    }

    @Test(
        "a redirect URI that leads nowhere safe is 422",
        arguments: [
            "javascript:alert(1)", "data:text/html,x", "https://*.example/cb", "https://a.example/#x",
            "https://user@a.example/", "nothing", "",
        ])
    func redirectURIs(uri: String) async throws {
        let engine = try await Engine()

        let answer = try await create(engine, [.init("redirect_uri", .string(uri))])

        #expect(answer.status == .unprocessableContent)
        #expect(try answer.faultyFields == ["redirect_uri"])
    }

    @Test func `name and redirect URI are each taken once a domain`() async throws {
        let engine = try await Engine()
        let other = try await engine.site.addDomain("other.example")
        _ = try await create(engine)

        #expect(try await create(engine, [.init("redirect_uri", "https://b.example/")]).faultyFields == ["name"])
        #expect(try await create(engine, [.init("name", "b")]).faultyFields == ["redirect_uri"])
        let elsewhere = try await create(engine, [.init("owner_id", .string(other.domain.id.text))])
        #expect(elsewhere.status == .created)
        #expect(try elsewhere.json["owner_id"]?.string == other.domain.id.text)
        #expect(try await create(engine, [.init("owner_id", "none")]).faultyFields == ["owner_id"])
        #expect(try await create(engine, [.init("name", "")]).faultyFields == ["name"])
    }

    @Test func `a change merges; client id, secret and owner stay`() async throws {
        let engine = try await Engine()
        let other = try await engine.site.addDomain("other.example")
        let created = try await create(engine).json
        let id = try #require(created["id"]?.integer)

        for method in [HTTPRequest.Method.patch, .put] {
            let answer = try await engine.send(
                method, "oauth_apps/\(id)?version=0",
                [
                    "redirect_uri": "https://new.example/cb", "uid": "x", "secret": "x",
                    "owner_id": .string(other.domain.id.text), "confidential": true,
                ], as: engine.administrator)
            #expect(answer.status == .ok)
            let changed = try answer.json
            #expect(changed["uid"] == created["uid"])
            #expect(changed["secret"] == JSON.null)
            #expect(changed["owner_id"] == created["owner_id"])
            #expect(changed["redirect_uri"] == "https://new.example/cb")
            #expect(changed["confidential"] == true)
            #expect(changed["name"] == "panel")
        }
        #expect(
            try await engine.site.services.site.directory.client(
                id: ClientID(created["uid"]?.string ?? ""), in: engine.site.localhost.domain)?.isConfidential == true,
            "what signing in reads has changed with it")
    }

    @Test func `a deleted application's tokens are dead`() async throws {
        let engine = try await Engine()
        let application = engine.site.localhost.application

        let answer = try await engine.delete("oauth_apps/\(application.number)", as: engine.administrator)

        #expect(answer.status == .accepted)
        #expect(answer.body.isEmpty)
        #expect(try await engine.get("users/current", as: engine.user).status == .unauthorized)
    }

    @Test func `a user sees the applications of the own domain without a subsystem, and no secret`() async throws {
        let engine = try await Engine()
        let other = try await engine.site.addDomain("other.example")
        _ = try await create(engine, [.init("subsystems", ["signage"])])
        func names(_ query: String, as caller: HTTPFields) async throws -> [String] {
            let answer = try await engine.get("oauth_apps\(query)", as: caller)
            let list = try #require(try answer.json.array)
            #expect(answer.header("X-Total-Count") == String(list.count))
            #expect(list.allSatisfy { $0["secret"] == JSON.null })
            return list.compactMap { $0["name"]?.string }
        }

        let foreign = "?authority_id=\(other.domain.id.text)"
        #expect(try await names("", as: engine.user) == ["backoffice", "photos"])
        #expect(try await names(foreign, as: engine.user) == ["backoffice", "photos"])
        #expect(try await names("", as: engine.support) == ["backoffice", "panel", "photos"])
        #expect(try await names(foreign, as: engine.support) == ["backoffice", "panel", "photos"])
        #expect(
            try await names("", as: engine.administrator) == ["backoffice", "backoffice", "panel", "photos", "photos"])
        #expect(try await names(foreign, as: engine.administrator) == ["backoffice", "photos"])
        #expect(try await names("?q=pan", as: engine.administrator) == ["panel"])
    }
}
