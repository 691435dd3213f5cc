import AuthorizationServer
import Cryptography
import HTTPTypes
import OAuth
import Storage
import TestSupport
import Testing

@testable import Web

/// What must be over when somebody signs out, loses a level, or takes an account back.
@Suite("What ends, and when")
struct EndingRoutesTests {
    let site: TestSite
    let browser: Browser

    init() async throws {
        site = try await TestSite()
        browser = Browser(TestServer(site))
    }

    private func signIn() async throws {
        let answer = try await browser.post(
            "/auth/signin", form: ["email": "user@email.com", "password": TestDomain.password])
        try #require(answer.status == .accepted)
    }

    private func code(extra: String = "") async throws -> TestAnswer {
        try await browser.get(
            "/auth/oauth/authorize?response_type=code&client_id=\(site.localhost.application.id)"
                + "&redirect_uri=\(percentEncoded(TestDomain.redirectURI))\(extra)")
    }

    private func redeem(_ location: String?) async throws -> TestAnswer {
        let code = location?.split(separator: "code=").last.map(String.init) ?? ""
        return try await browser.post(
            "/auth/oauth/token",
            form: [
                "grant_type": "authorization_code", "code": code, "redirect_uri": TestDomain.redirectURI,
                "client_id": site.localhost.application.id.text,
            ])
    }

    @Test func `a code that was given before a sign-out is worthless after it`() async throws {
        try await signIn()
        let location = try await code().location
        _ = try await browser.get("/auth/logout")

        #expect(try await redeem(location).status == .badRequest)
    }

    @Test func `a sign-in in place of another ends the session of the cookie that came along`() async throws {
        try await signIn()
        let before = try #require(browser.cookie("user", at: "/auth"))
        try await signIn()

        #expect(try await site.services.sessions.find(before, in: site.localhost.domain) == nil)
        #expect(try await code().location?.contains("code=") == true)
    }

    @Test func `auth_after in a request does not switch prompt=login off`() async throws {
        try await signIn()

        let location = try await code(extra: "&prompt=login&auth_after=0").location

        #expect(location?.hasPrefix("/login") == true)
    }

    @Test func `the link back to an account ends whatever its last holder had`() async throws {
        try await signIn()
        let location = try await code().location
        let tokens = try await site.tokens(for: site.localhost.user)
        let link = try await site.services.administration.createSetupLink(for: site.localhost.domain)

        let user = try await site.services.administration.redeem(
            setupLink: link, email: "user@email.com", name: "Una", password: Secret("correct horse battery"),
            in: site.localhost.domain)

        #expect(user?.permissions.isAdministrator == true)
        #expect(try await browser.get("/auth/authority").json["session"] == false)
        #expect(try await redeem(location).status == .badRequest)
        let refresh = try await browser.post(
            "/auth/oauth/token",
            form: [
                "grant_type": "refresh_token", "refresh_token": tokens.refreshToken ?? "",
                "client_id": site.localhost.application.id.text,
            ])
        #expect(refresh.status == .badRequest)
        await #expect(throws: OAuthError.self) {
            try await site.services.accessTokens.verify(tokens.accessToken, in: site.localhost.domain)
        }
    }

    @Test func `who is demoted is demoted in tokens and API keys at once`() async throws {
        let administrator = site.localhost.administrator
        let second = try await site.addDomain("second.example")
        #expect(second.administrator.permissions.isAdministrator)
        let token = try await site.tokens(for: administrator).accessToken
        let key = try await site.apiKey(for: administrator, permissions: .administrator)
        var draft = UserDraft()
        draft.isAdministrator = false

        _ = try await site.services.administration.updateUser(
            administrator, draft, in: site.localhost.domain, by: "test")

        await #expect(throws: OAuthError.self) {
            try await site.services.accessTokens.verify(token, in: site.localhost.domain)
        }
        let (found, _) = try await site.services.apiKeys.verify(key.exposed, in: site.localhost.domain)
        #expect(found.permissions == [])
    }

    @Test func `a change made on old sight does not undo a demotion`() async throws {
        _ = try await site.addDomain("second.example")
        let asSeenBefore = site.localhost.administrator
        var demotion = UserDraft()
        demotion.isAdministrator = false
        _ = try await site.services.administration.updateUser(
            asSeenBefore, demotion, in: site.localhost.domain, by: "test")
        var nickname = UserDraft()
        nickname.profile = [JSON.Member("nickname", "x")]

        let saved = try await site.services.administration.updateUser(
            asSeenBefore, nickname, in: site.localhost.domain, by: "test")

        #expect(saved.permissions == [])
        #expect(saved.profile["nickname"] == "x")
    }

    @Test("a client_id with a NUL is an unknown client", arguments: ["\0:x", "a\0b:c"])
    func nul(pair: String) async throws {
        let answer = try await browser.post(
            "/auth/oauth/token", form: ["grant_type": "client_credentials"],
            headers: [.authorization: "Basic \(Base64.encode(Array(pair.utf8)))"])

        #expect(answer.status == .unauthorized)
    }

    @Test func `more siblings than a grace allows are put off, and the family lives`() async throws {
        let tokens = try await site.tokens(for: site.localhost.user)
        func refresh(_ token: String?) async throws -> TestAnswer {
            try await browser.post(
                "/auth/oauth/token",
                form: [
                    "grant_type": "refresh_token", "refresh_token": token ?? "",
                    "client_id": site.localhost.application.id.text,
                ])
        }
        var sibling: String?
        for _ in 0..<6 { sibling = try await refresh(tokens.refreshToken).json["refresh_token"]?.string }

        let put = try await refresh(tokens.refreshToken)

        #expect(put.status == .serviceUnavailable)
        #expect(put.headers[.retryAfter] != nil)
        #expect(try await refresh(sibling).status == .ok)
    }

    @Test func `an application that lost a scope loses it at the next refresh`() async throws {
        let tokens = try await site.tokens(for: site.localhost.user, scope: "public mqtt")
        var draft = ApplicationDraft()
        draft.scopes = "public"
        _ = try await site.services.administration.updateApplication(site.localhost.application, draft, by: "test")

        let answer = try await browser.post(
            "/auth/oauth/token",
            form: [
                "grant_type": "refresh_token", "refresh_token": tokens.refreshToken ?? "",
                "client_id": site.localhost.application.id.text,
            ])

        #expect(try answer.json["scope"] == "public")
    }

    @Test func `a refused sign-in leaves an event without the password`() async throws {
        _ = try await browser.post("/auth/signin", form: ["email": "user@email.com", "password": "guess-4711"])

        let events = try await site.store.events(of: site.localhost.domain.id, ListRequest()).items
        let refused = events.filter { $0.kind == .signInRefused }
        #expect(refused.count == 1)
        #expect(refused.first?.subject == site.localhost.user.id.text)
        #expect(!"\(events)".contains("guess-4711"))
    }
}
