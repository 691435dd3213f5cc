import AuthorizationServer
import HTTPTypes
import OAuth
import Storage
import TestSupport
import Testing
import Web

@Suite("What ts-client asks first")
struct AuthorityRouteTests {
    let site: TestSite
    let browser: Browser

    init() async throws {
        site = try await TestSite()
        browser = Browser(TestServer(site))
    }

    @Test func `is the domain, in PlaceOS's members`() async throws {
        let answer = try await browser.get("/auth/authority")

        #expect(answer.status == .ok)
        #expect(
            try answer.json == [
                "id": .string(site.localhost.domain.id.text), "name": "Domain localhost", "description": "",
                "domain": "localhost", "login_url": "/login?continue={{url}}", "logout_url": "/auth/logout",
                "email_domains": [], "config": ["default_app": "/backoffice/"],
                "updated_at": .integer(site.clock.now.seconds), "version": "v2.0.0", "session": false,
                "token_valid": false, "production": true,
            ])
        #expect(answer.headers[.cacheControl] == "no-store, no-cache")
    }

    @Test func `says whether there is a session`() async throws {
        try await signIn()
        #expect(try await authority()["session"] == true)

        #expect(try await site.services.store.delete(user: site.localhost.user.id))
        #expect(try await authority()["session"] == false)
        #expect(browser.cookie("user", at: "/auth") == nil, "a dead cookie is deleted")
    }

    @Test func `finds the session beside an old service's cookies, and deletes those`() async throws {
        try await signIn()
        browser.setCookie("user=rails%2Bsession; Path=/")
        browser.setCookie("_coauth_session=x; Path=/")

        let answer = try await browser.get("/auth/authority")

        #expect(try answer.json["session"] == true)
        #expect(browser.cookie("user", at: "/") == nil)
        #expect(browser.cookie("user", at: "/auth") != nil)
    }

    @Test func `says whether the bearer token is in force, and lets its holder load static files`() async throws {
        let token = try await site.tokens(for: site.localhost.user).accessToken
        let answer = try await browser.get("/auth/authority", headers: .bearer(token))
        #expect(try answer.json["token_valid"] == true)
        #expect(browser.cookie("verified") != nil)

        site.clock.advance(by: .hours(2))
        #expect(try await browser.get("/auth/authority", headers: .bearer(token)).json["token_valid"] == false)
        #expect(try await browser.get("/auth/authority", headers: .bearer("junk")).json["token_valid"] == false)
    }

    @Test func `a session of one domain is none in another`() async throws {
        let other = try await site.addDomain("other.example")
        try await signIn()
        let cookie = try #require(browser.cookie("user", at: "/auth"))

        let answer = try await browser.server.get(
            "/auth/authority", host: other.domain.host, headers: [.cookie: "user=\(cookie)"])

        #expect(try answer.json["domain"] == "other.example")
        #expect(try answer.json["session"] == false)
    }

    @Test func `an unknown host is 404, but a health probe needs none`() async throws {
        #expect(try await browser.server.get("/auth/authority", host: "evil.example").status == .notFound)
        let probe = try await browser.server.get("/auth/authority?health", host: "evil.example")
        #expect(probe.status == .ok)
        #expect(probe.body.isEmpty)
        #expect(try await browser.server.get("/auth/healthz", host: "evil.example").json["status"] == "ok")
        #expect(try await browser.server.get("/auth/readyz", host: "evil.example").status == .ok)
    }

    @Test func `readiness is a question to the store`() async throws {
        await site.store.close()

        let answer = try await browser.get("/auth/readyz")

        #expect(answer.status == .serviceUnavailable)
        #expect(answer.headers[.retryAfter] != nil)
        #expect(try await browser.get("/auth/healthz").status == .ok)
    }

    private func authority() async throws -> JSON { try await browser.get("/auth/authority").json }

    private func signIn() async throws {
        let answer = try await browser.post(
            "/auth/signin", form: ["email": "user@email.com", "password": TestDomain.password])
        #expect(answer.status == .accepted)
    }
}
