import AuthorizationServer
import OAuth
import TestSupport
import Testing
import Web

@Suite("OpenID Connect Core §5.3: userinfo")
struct UserInfoEndpointTests {
    let site: TestSite

    init() async throws { site = try await TestSite() }

    @Test func `tells a token's holder about the user`() async throws {
        let token = try await site.tokens(for: site.localhost.user).accessToken

        let answer = try await ask(bearer: token)

        #expect(answer["sub"]?.string == site.localhost.user.id.text)
        #expect(answer["email"] == "user@email.com")
        #expect(answer["name"] == "Una User")
        #expect(answer["full_name"] == "Una User")
        #expect(answer["preferred_username"] == "user@email.com")
    }

    @Test func `an API key will do, and decides alone when there is one`() async throws {
        let key = try await site.apiKey(for: site.localhost.user).exposed
        let token = try await site.tokens(for: site.localhost.administrator).accessToken

        #expect(try await ask(apiKey: key)["sub"]?.string == site.localhost.user.id.text)
        #expect(try await ask(apiKey: key, bearer: token)["sub"]?.string == site.localhost.user.id.text)
        #expect(try await refusal { _ = try await ask(apiKey: "wrong.key", bearer: token) } == .invalidToken)
    }

    @Test func `a client that acts for itself is no user`() async throws {
        let token = try await site.clientTokens().accessToken

        #expect(try await refusal { _ = try await ask(bearer: token) } == .invalidToken)
    }

    @Test(
        "a key that is wrong in any way is unknown",
        arguments: ["", ".", "x", "x.y", "no dot", String(repeating: "a.", count: 200)])
    func unknown(_ key: String) async throws {
        let error = await #expect(throws: OAuthError.self) { try await ask(apiKey: key) }

        #expect(error == .invalidToken("unknown X-API-Key"))
    }

    @Test func `a key ends when it expires, with its user, and at the border of its domain`() async throws {
        let other = try await site.addDomain("other.example")
        let key = try await site.apiKey(for: site.localhost.user, lifetime: .minutes(1)).exposed
        let lasting = try await site.apiKey(for: site.localhost.user, name: "lasting").exposed
        let credentials = PresentedCredentials(apiKey: key, bearer: nil)
        #expect(
            try await refusal { _ = try await site.services.userInfo.respond(to: credentials, in: other.domain) }
                == .invalidToken)

        site.clock.advance(by: .minutes(1))
        let error = await #expect(throws: OAuthError.self) { try await ask(apiKey: key) }
        #expect(error == .invalidToken("API key has expired"))

        try await site.setUser(site.localhost.user) { $0.isDisabled = true }
        #expect(try await refusal { _ = try await ask(apiKey: lasting) } == .invalidToken)
    }

    private func ask(apiKey: String? = nil, bearer: String? = nil) async throws -> JSON {
        try JSON(
            parsing: await site.services.userInfo.respond(
                to: PresentedCredentials(apiKey: apiKey, bearer: bearer), in: site.localhost.domain))
    }
}
