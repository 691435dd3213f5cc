import AuthorizationServer
import HTTPTypes
import OAuth
import TestSupport
import Testing

@Suite("The built Backoffice, from nothing to Domains, Applications")
struct BackofficeTests {
    @Test func `it signs in, gets its token, and opens every tab of a domain`() async throws {
        let engine = try await Engine()
        let browser = Browser(engine.server)
        let application = engine.site.localhost.application
        let redirect = percentEncoded(TestDomain.redirectURI)

        #expect(try await browser.get("/auth/authority").json["session"] == false)
        let signIn = try await browser.post(
            "/auth/signin", form: ["email": "admin@localhost", "password": TestDomain.password])
        #expect(signIn.status == .accepted)
        #expect(try await browser.get("/auth/authority").json["session"] == true)
        let authorized = try await browser.get(
            "/auth/oauth/authorize?response_type=code&scope=public&client_id=\(application.id.text)&redirect_uri=\(redirect)"
        )
        let code = try #require(authorized.location?.split(separator: "code=").last)
        let tokens = try await browser.send(
            .post,
            "/auth/oauth/token?grant_type=authorization_code&code=\(code)&client_id=\(application.id.text)&redirect_uri=\(redirect)"
        )
        let caller = HTTPFields.bearer(try #require(try tokens.json["access_token"]?.string))

        let current = try await engine.get("users/current", as: caller).json
        for field in ["id", "name", "email", "sys_admin", "support", "ui_theme", "authority_id"] {
            #expect(current[field] != nil)
        }
        let id = try #require(current["id"]?.string)
        #expect(try await engine.get("metadata/\(id)?name=settings", as: caller).text == "{}")
        #expect(try await engine.server.get("/api/staff/v1/tenants", headers: caller).status == .notFound)
        let domains = try await engine.get("domains?q=", as: caller)
        #expect(domains.header("X-Total-Count") == "1")
        let domain = try #require(try domains.json.array?.first?["id"]?.string)
        #expect(try await engine.get("domains/\(domain)", as: caller).json["domain"] == "localhost")
        for tab in ["oauth_apps", "saml_auths", "oauth_auths", "ldap_auths", "users"] {
            let answer = try await engine.get("\(tab)?authority_id=\(domain)", as: caller)
            #expect(answer.status == .ok)
            #expect(answer.header("X-Total-Count") != nil)
        }

        let created = try await engine.send(
            .post, "oauth_apps",
            [
                "name": "map", "scopes": "", "skip_authorization": true, "redirect_uri": "https://map.example/",
                "preserve_client_id": false, "owner_id": .string(domain),
            ], as: caller)
        let number = try #require(try created.json["id"]?.integer)
        #expect(
            try await engine.send(.patch, "oauth_apps/\(number)?version=0", ["name": "maps"], as: caller).status == .ok)
        #expect(try await engine.delete("oauth_apps/\(number)", as: caller).status == .accepted)
    }

    @Test func `the server's version, platform and scopes are told to whoever has a credential`() async throws {
        let engine = try await Engine()

        #expect(try await engine.get("version", as: engine.user).json["version"] == "test")
        #expect(
            try await engine.get("version", as: engine.user).names == ["service", "commit", "version", "build_time"])
        #expect(try await engine.get("platform", as: engine.user).names == ["version", "changelog"])
        let scopes = try #require(try await engine.get("scopes", as: engine.user).json.strings)
        for scope in ["public", "public.read", "mqtt.write", "users", "zones.read", "openid"] {
            #expect(scopes.contains(scope))
        }
    }

    @Test func `the root says that the process is up`() async throws {
        let engine = try await Engine()

        for path in ["/api/engine/v2/", "/api/engine/v2"] {
            #expect(try await engine.server.get(path).status == .ok)
            #expect(try await engine.server.send(.head, path).status == .ok)
        }
    }
}
