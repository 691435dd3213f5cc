import AuthorizationServer
import HTTPTypes
import OAuth
import TestSupport
import Testing
import Web

@Suite("Signing out")
struct SignOutRouteTests {
    let site: TestSite
    let browser: Browser

    init() async throws {
        site = try await TestSite()
        browser = Browser(TestServer(site))
    }

    @Test func `ends the session and deletes its cookies with their own attributes`() async throws {
        try await signIn()
        let cookie = try #require(browser.cookie("user", at: "/auth"))

        let answer = try await browser.get("/auth/logout")

        #expect(answer.status == .found)
        #expect(answer.location == "/")
        let cookies = answer.headers[values: .setCookie]
        #expect(
            cookies.contains {
                $0.hasPrefix("user=; Path=/auth; Max-Age=0;") && $0.hasSuffix("Secure; HttpOnly; SameSite=Lax")
            })
        #expect(cookies.contains { $0.hasPrefix("verified=; Path=/; Max-Age=0;") })
        #expect(try await site.services.sessions.find(cookie, in: site.localhost.domain) == nil)
    }

    @Test func `works without a session, and twice`() async throws {
        for _ in 1...2 { #expect(try await browser.get("/auth/logout").status == .found) }
    }

    @Test(
        "leads to a place on this host, else to the domain's own address",
        arguments: [
            ("/auth/logout", nil, "/"), ("/auth/logout", "/bye", "/bye"),
            ("/auth/logout", "https://localhost/bye", "/bye"),
            ("/auth/logout", "https://evil.example", "/"), ("/auth/logout", "//evil.example", "/"),
            ("/bye", "https://evil.example", "/bye"),
            ("https://sso.example/logout", "https://evil.example", "https://sso.example/logout"),
            ("/auth/logout?continue=https://sso.example/logout", "//evil.example", "https://sso.example/logout"),
            (
                "/auth/logout?continue=https%3A%2F%2Fsso.example%2Fl%3Fa%3Db", "https://evil.example",
                "https://sso.example/l?a=b"
            ),
        ] as [(String, String?, String)])
    func target(logoutURL: String, wanted: String?, target: String) async throws {
        var draft = DomainDraft()
        draft.logoutURL = logoutURL
        _ = try await site.services.administration.updateDomain(site.localhost.domain, draft, by: "test")

        let answer = try await browser.get("/auth/logout" + (wanted.map { "?continue=\(percentEncoded($0))" } ?? ""))

        #expect(answer.location == target)
    }

    @Test func `a bearer token that comes along ends with its refresh token, expired or not`() async throws {
        let tokens = try await site.tokens(for: site.localhost.user)
        site.clock.advance(by: .hours(3))

        _ = try await browser.get("/auth/logout", headers: .bearer(tokens.accessToken))

        let refreshed = try await browser.post(
            "/auth/oauth/token",
            form: [
                "grant_type": "refresh_token", "refresh_token": tokens.refreshToken ?? "",
                "client_id": site.localhost.application.id.text,
            ])
        #expect(refreshed.status == .badRequest)
        #expect(try refreshed.json["error"] == "invalid_grant")
    }

    @Test("a bearer token that is junk is nobody's", arguments: ["junk", "a.b.c", ""])
    func junk(_ token: String) async throws {
        #expect(try await browser.get("/auth/logout", headers: .bearer(token)).status == .found)
    }

    @Test func `another site's link is asked about first (ASVS 10 6 2)`() async throws {
        try await signIn()

        let answer = try await browser.get("/auth/logout?continue=/bye", headers: crossSite)

        #expect(answer.status == .ok)
        #expect(browser.cookie("user", at: "/auth") != nil)
        let page = answer.text
        let token = try #require(page.firstMatch(of: /name="csrf_token" value="([^"]+)"/)?.1)
        let forged = try await browser.post("/auth/logout", form: ["csrf_token": "guess"])
        #expect(forged.status == .forbidden)
        #expect(browser.cookie("user", at: "/auth") != nil)
        let confirmed = try await browser.post("/auth/logout", form: ["csrf_token": String(token), "continue": "/bye"])
        #expect(confirmed.location == "/bye")
        #expect(browser.cookie("user", at: "/auth") == nil)
    }

    private var crossSite: HTTPFields {
        var headers = HTTPFields()
        if let name = HTTPField.Name("Sec-Fetch-Site") { headers[name] = "cross-site" }
        return headers
    }

    private func signIn() async throws {
        let answer = try await browser.post(
            "/auth/signin", form: ["email": "user@email.com", "password": TestDomain.password])
        #expect(answer.status == .accepted)
    }
}
