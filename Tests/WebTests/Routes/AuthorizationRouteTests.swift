import AuthorizationServer
import HTTPTypes
import OAuth
import TestSupport
import Testing
import Web

@Suite("The authorization endpoint, as a browser sees it")
struct AuthorizationRouteTests {
    let site: TestSite
    let browser: Browser

    init() async throws {
        site = try await TestSite()
        browser = Browser(TestServer(site))
    }

    private func query(_ more: String = "") -> String {
        "response_type=code&scope=public&client_id=\(site.localhost.application.id.text)"
            + "&redirect_uri=https:%2F%2Flocalhost:8443%2Fbackoffice%2Foauth-resp.html" + more
    }

    @Test(
        "who is signed in is redirected, and the code is the last thing in the address",
        arguments: [
            "/auth/oauth/authorize", "/auth/authorize",
        ])
    func code(_ path: String) async throws {
        try await signIn()

        let answer = try await browser.get("\(path)?\(query("&state=a%26b"))")

        #expect(answer.status == .found)
        let location = try #require(answer.location)
        let expected =
            #/https://localhost:8443/backoffice/oauth-resp\.html\?state=a%26b&iss=https%3A%2F%2Flocalhost&code=[A-Za-z0-9_-]{43}/#
        #expect(location.wholeMatch(of: expected) != nil, "\(location)")
        let frame = answer.headers[HTTPField.Name("X-Frame-Options") ?? .accept]
        #expect(frame == nil, "ts-client does this in a hidden frame")
    }

    @Test func `the code is good at the token endpoint, once`() async throws {
        try await signIn()
        let location = try await browser.get("/auth/oauth/authorize?\(query())").location ?? ""
        let code = String(location.split(separator: "code=").last ?? "")
        let exchange =
            "/auth/oauth/token?grant_type=authorization_code&code=\(code)"
            + "&client_id=\(site.localhost.application.id.text)&redirect_uri=\(percentEncoded(TestDomain.redirectURI))"

        #expect(try await browser.server.send(.post, exchange).status == .ok)
        #expect(try await browser.server.send(.post, exchange).json["error"] == "invalid_grant")
    }

    @Test func `who is not signed in is sent to the domain's sign-in page, and comes back here`() async throws {
        let answer = try await browser.get("/auth/oauth/authorize?\(query("&state=x"))")

        #expect(answer.status == .found)
        let back = percentEncoded("/auth/oauth/authorize?\(query("&state=x"))")
        #expect(answer.location == "/login?continue=\(back)")
    }

    @Test(
        "a fault that concerns the redirect URI is shown, not redirected",
        arguments: [
            "client_id=unknown&redirect_uri=https://evil.example", "redirect_uri=https://evil.example",
            "redirect_uri=https://localhost:8443/backoffice/oauth-resp.html/", "",
        ])
    func shown(_ parameters: String) async throws {
        try await signIn()
        let id = parameters.hasPrefix("client_id") ? "" : "&client_id=\(site.localhost.application.id.text)"

        let answer = try await browser.get("/auth/oauth/authorize?response_type=code&\(parameters)\(id)")

        #expect(answer.location == nil)
        #expect([.badRequest, .unauthorized].contains(answer.status))
        #expect(!answer.text.contains("evil.example"))
    }

    @Test func `a scope that ts-client may not have is shown, or it would ask for ever`() async throws {
        try await signIn()

        let answer = try await browser.get(
            "/auth/oauth/authorize?\(query().replacing("scope=public", with: "scope=users"))")

        #expect(answer.status == .badRequest)
        #expect(answer.location == nil)
        #expect(answer.text.contains("invalid_scope"))
    }

    @Test func `a third party's application asks, and only this session's form answers`() async throws {
        var draft = ApplicationDraft()
        draft.name = "third"
        draft.redirectURIs = ["https://third.example/cb"]
        draft.isThirdParty = true
        let client = try await site.services.administration.createApplication(
            draft, in: site.localhost.domain, by: "test"
        ).client
        try await signIn()
        let fields: [(String, String)] = [
            ("response_type", "code"), ("client_id", client.id.text), ("redirect_uri", "https://third.example/cb"),
            ("scope", "public"), ("state", "s"),
        ]
        let query = fields.map { "\($0)=\(percentEncoded($1))" }.joined(separator: "&")
        func decide(_ decision: String, _ token: String) async throws -> TestAnswer {
            try await browser.send(
                .post, "/auth/oauth/authorize", headers: [.contentType: "application/x-www-form-urlencoded"],
                body: "\(query)&decision=\(decision)&csrf_token=\(percentEncoded(token))")
        }

        let page = try await browser.get("/auth/oauth/authorize?\(query)")
        #expect(page.status == .ok)
        let token = String(try #require(page.text.firstMatch(of: /name="csrf_token" value="([^"]+)"/)?.1))

        #expect(
            try await browser.get("/auth/oauth/authorize?\(query)&decision=allow&csrf_token=\(token)").location == nil)
        let forged = try await decide("allow", "guess")
        #expect(forged.status == .forbidden)
        #expect(forged.location == nil)
        #expect(
            try await decide("deny", token).location?.hasPrefix("https://third.example/cb?error=access_denied&") == true
        )
        #expect(
            try await decide("allow", token).location?.hasPrefix("https://third.example/cb?state=s&iss=") == true)
        #expect(
            try await browser.get("/auth/oauth/authorize?\(query)").location?.contains("code=") == true, "remembered")
    }

    private func signIn() async throws {
        let answer = try await browser.post(
            "/auth/signin", form: ["email": "user@email.com", "password": TestDomain.password])
        #expect(answer.status == .accepted)
    }
}
