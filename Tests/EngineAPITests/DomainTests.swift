import AuthorizationServer
import HTTPTypes
import OAuth
import TestSupport
import Testing

@Suite("domains: the tenants")
struct DomainTests {
    private let fields = [
        "id", "name", "description", "domain", "login_url", "logout_url", "internals", "config", "email_domains",
        "created_at", "updated_at",
    ]

    @Test func `a new domain keeps the host only, has PlaceOS's defaults, and works at once`() async throws {
        let engine = try await Engine()

        let answer = try await engine.send(
            .post, "domains", ["name": "Acme", "domain": "HTTPS://Acme.Example:8443/path"], as: engine.administrator)

        #expect(answer.status == .created)
        #expect(try answer.names == fields)
        let domain = try answer.json
        #expect(domain["domain"] == "acme.example")
        #expect(domain["login_url"] == "/login?continue={{url}}")
        #expect(domain["logout_url"] == "/auth/logout")
        #expect(domain["config"] == ["default_app": "/backoffice/"])
        #expect(domain["internals"] == [:])
        #expect(domain["email_domains"] == [])
        let keys = try await engine.server.get("/auth/oauth/discovery/keys", host: "acme.example").json
        #expect(keys["keys"]?.array?.count == 1)
    }

    @Test func `a change merges`() async throws {
        let engine = try await Engine()
        let id = engine.site.localhost.domain.id.text

        for method in [HTTPRequest.Method.patch, .put] {
            let answer = try await engine.send(
                method, "domains/\(id)?version=0",
                ["internals": ["session_timeout": 30], "email_domains": ["Example.com"], "id": "x"],
                as: engine.administrator)
            #expect(answer.status == .ok)
            #expect(try answer.json["internals"] == ["session_timeout": 30])
            #expect(try answer.json["email_domains"] == ["example.com"])
            #expect(try answer.json["domain"] == "localhost")
            #expect(try answer.json["id"]?.string == id)
        }
    }

    @Test(
        "whatever is wrong is said field by field",
        arguments: [
            (#"{"name":"x","domain":"a b"}"#, ["domain"]),
            (#"{"domain":"a.example"}"#, ["name"]),
            (#"{"name":"x","domain":"localhost"}"#, ["domain"]),
            (#"{"name":1,"config":[],"email_domains":[1]}"#, ["name", "config", "email_domains"]),
            (#"{"name":"x","domain":"a.example","login_url":"//evil.example"}"#, ["login_url"]),
            (#"{"name":"x","domain":"a.example","logout_url":"javascript:x"}"#, ["logout_url"]),
        ])
    func faults(body: String, fields: [String]) async throws {
        let engine = try await Engine()

        let answer = try await engine.send(.post, "domains", JSON(parsing: body), as: engine.administrator)

        #expect(answer.status == .unprocessableContent)
        #expect(try answer.faultyFields == fields)
    }

    @Test func `support sees its own domain, without its internals`() async throws {
        let engine = try await Engine()
        let other = try await engine.site.addDomain("other.example")
        let own = engine.site.localhost.domain.id.text
        _ = try await engine.send(
            .patch, "domains/\(own)", ["internals": ["storage_secret": "hidden"]], as: engine.administrator)

        let list = try await engine.get("domains", as: engine.support)
        #expect(list.header("X-Total-Count") == "1")
        #expect(list.header("Content-Range") == "authority 0-1/1")
        #expect(try list.json.array?.first?["domain"] == "localhost")
        #expect(try list.json.array?.first?["internals"] == [:])
        #expect(try await engine.get("domains?q=nothing", as: engine.support).text == "[]")
        #expect(try await engine.get("domains/\(own)", as: engine.support).json["internals"] == [:])
        #expect(try await engine.get("domains/\(other.domain.id.text)", as: engine.support).status == .notFound)
        #expect(try await engine.get("domains/\(other.domain.id.text)", as: engine.administrator).status == .ok)
        #expect(try await engine.get("domains", as: engine.administrator).header("X-Total-Count") == "2")
    }

    @Test func `a deleted domain takes everything with it, but not the last administrator`() async throws {
        let engine = try await Engine()
        let refused = try await engine.delete(
            "domains/\(engine.site.localhost.domain.id.text)", as: engine.administrator)
        #expect(refused.status == .conflict)
        #expect(try refused.json["error"] == "At least one administrator must remain.")
        let other = try await engine.site.addDomain("other.example")
        let token = try await engine.site.tokens(for: other.user, in: other).accessToken

        let answer = try await engine.delete("domains/\(other.domain.id.text)", as: engine.administrator)

        #expect(answer.status == .accepted)
        #expect(answer.body.isEmpty)
        let gone = try await engine.get("users/current", as: .bearer(token), host: "other.example")
        #expect(gone.text == #"{"error":"authority not found"}"#)
        #expect(try await engine.get("users/\(other.user.id.text)", as: engine.administrator).status == .notFound)
    }

    @Test func `anybody can ask which domain an address signs in to`() async throws {
        let engine = try await Engine()
        let other = try await engine.site.addDomain("other.example")
        _ = try await engine.send(
            .patch, "domains/\(other.domain.id.text)", ["email_domains": ["staff.example"]], as: engine.administrator)

        for path in [
            "/api/engine/v2/domains/lookup/a.b+c@Staff.example", "/api/engine/v2domains/lookup/x%40staff.example/",
        ] {
            let answer = try await engine.server.get(path)
            #expect(answer.status == .ok)
            #expect(answer.text == #""other.example""#)
        }
        for email in ["x@aff.example", "x@%25", "x@staff.exampl_", "x@staff.example%22", "staff.example"] {
            #expect(try await engine.get("domains/lookup/\(email)").status == .notFound)
        }
    }
}
