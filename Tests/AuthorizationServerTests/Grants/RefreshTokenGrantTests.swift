import AuthorizationServer
import OAuth
import TestSupport
import Testing
import Web

@Suite("RFC 6749 §6, RFC 9700 §4.14.2: a refresh token is exchanged for new tokens")
struct RefreshTokenGrantTests {
    let site: TestSite

    init() async throws { site = try await TestSite() }

    @Test func `scope, subject, audience and level stay, however often it is refreshed`() async throws {
        let first = try await site.tokens(for: site.localhost.administrator, scope: "public mqtt.read")

        let second = try await site.refresh(first.refreshToken)
        let third = try await site.refresh(second.refreshToken)

        #expect(third.scope == first.scope)
        #expect(third.refreshToken != first.refreshToken)
        for name in ["sub", "aud", "u", "scope", "iss"] {
            #expect(try claims(third.accessToken)[name] == claims(first.accessToken)[name])
        }
        #expect(try claims(third.accessToken)["jti"] != claims(first.accessToken)["jti"])
    }

    @Test func `a narrower scope is for one access token; the grant keeps what it had`() async throws {
        let first = try await site.tokens(for: site.localhost.user, scope: "public mqtt.read")

        let narrow = try await site.refresh(first.refreshToken, scope: "mqtt.read")
        let whole = try await site.refresh(narrow.refreshToken)

        #expect(narrow.scope == Scope(words: ["mqtt.read"]))
        #expect(try claims(narrow.accessToken)["scope"] == ["mqtt.read"])
        #expect(whole.scope == first.scope)
    }

    @Test func `more than was granted is refused, and the token is not used up`() async throws {
        let first = try await site.tokens(for: site.localhost.user, scope: "public")

        #expect(
            try await refusal { _ = try await site.refresh(first.refreshToken, scope: "public mqtt") } == .invalidScope)

        site.clock.advance(by: .minutes(1))
        #expect(try await refusal { _ = try await site.refresh(first.refreshToken) } == nil)
    }

    @Test func `a new role and a new name show in the next token`() async throws {
        let first = try await site.tokens(for: site.localhost.user)
        try await site.setUser(site.localhost.user) {
            $0.name = "Una Neumann"
            $0.isSupport = true
            $0.groups = ["staff"]
        }

        let user = try claims(await site.refresh(first.refreshToken).accessToken)["u"]

        #expect(user == ["n": "Una Neumann", "e": "user@email.com", "p": 1, "r": ["staff"]])
    }

    @Test("who was deleted or disabled since gets nothing", arguments: [true, false])
    func inactive(isDeleted: Bool) async throws {
        let first = try await site.tokens(for: site.localhost.user)
        try await site.setUser(site.localhost.user) {
            $0.isDeleted = isDeleted
            $0.isDisabled = !isDeleted
        }

        #expect(try await refusal { _ = try await site.refresh(first.refreshToken) } == .invalidGrant)
        #expect(try await !site.accepts(first.accessToken))
    }

    @Test func `two clients of one application that race at boot both get tokens`() async throws {
        let first = try await site.tokens(for: site.localhost.user)

        let one = try await site.refresh(first.refreshToken)
        site.clock.advance(by: .seconds(1))
        let two = try await site.refresh(first.refreshToken)

        #expect(one.refreshToken != two.refreshToken)
        #expect(try await site.accepts(one.accessToken))
        #expect(try await site.accepts(two.accessToken))
        #expect(try await refusal { _ = try await site.refresh(one.refreshToken) } == nil)
        #expect(try await refusal { _ = try await site.refresh(two.refreshToken) } == nil)
    }

    @Test func `the grace ends after thirty seconds, to the second`() async throws {
        let first = try await site.tokens(for: site.localhost.user)
        _ = try await site.refresh(first.refreshToken)

        site.clock.advance(by: .seconds(29))
        #expect(try await refusal { _ = try await site.refresh(first.refreshToken) } == nil)
        site.clock.advance(by: .seconds(1))
        #expect(try await refusal { _ = try await site.refresh(first.refreshToken) } == .invalidGrant)
    }

    @Test func `reuse after the grace revokes the family, and leaves an event that says so`() async throws {
        let first = try await site.tokens(for: site.localhost.user)
        let second = try await site.refresh(first.refreshToken)
        site.clock.advance(by: .seconds(31))

        #expect(try await refusal { _ = try await site.refresh(first.refreshToken) } == .invalidGrant)

        #expect(try await refusal { _ = try await site.refresh(second.refreshToken) } == .invalidGrant)
        #expect(try await !site.accepts(second.accessToken))
        let events = try await site.events(.refreshTokenReused)
        #expect(events.map(\.actor) == [site.localhost.user.id.text])
        #expect(events.allSatisfy { !($0.detail ?? "").contains(first.refreshToken ?? "-") })
    }

    @Test func `an application may have a grace of its own`() async throws {
        let (client, _) = try await site.addApplication("strict", .placeos) {
            var overrides = ClientOverrides()
            overrides.refreshGrace = .zero
            $0.overrides = overrides
        }
        let code = try await site.code(by: client)
        let first = try await site.redeem(code, redirectURI: client.redirectURIs[0], as: client)
        _ = try await site.refresh(first.refreshToken, as: client)

        #expect(try await refusal { _ = try await site.refresh(first.refreshToken, as: client) } == .invalidGrant)
    }

    @Test func `a token of another client is refused, and stays good for its own`() async throws {
        let first = try await site.tokens(for: site.localhost.user)
        let (other, _) = try await site.addApplication("other", .placeos)

        #expect(try await refusal { _ = try await site.refresh(first.refreshToken, as: other) } == .invalidGrant)

        #expect(try await refusal { _ = try await site.refresh(first.refreshToken) } == nil)
        #expect(try await site.events(.refreshTokenReused).isEmpty)
    }

    @Test("junk is no refresh token", arguments: ["x", String(repeating: "a", count: 8_192), "a.b.c", "é"])
    func junk(_ token: String) async throws {
        #expect(try await refusal { _ = try await site.refresh(token) } == .invalidGrant)
    }

    @Test func `PlaceOS's applications keep their tokens for ninety days without use, and for ever with it`()
        async throws
    {
        var token = try await site.tokens(for: site.localhost.user).refreshToken
        for _ in 1...8 {
            site.clock.advance(by: .days(90) - .seconds(1))
            token = try await site.refresh(token).refreshToken
        }

        site.clock.advance(by: .days(90))
        #expect(try await refusal { _ = try await site.refresh(token) } == .invalidGrant)
    }

    @Test func `of the oauth2 1 profile a token ends after thirty days without use`() async throws {
        let (client, token) = try await modernTokens()

        site.clock.advance(by: .days(30) - .seconds(1))
        let next = try await site.refresh(token, as: client).refreshToken
        site.clock.advance(by: .days(30))

        #expect(try await refusal { _ = try await site.refresh(next, as: client) } == .invalidGrant)
    }

    @Test func `of the oauth2 1 profile a family ends after one hundred and eighty days, used or not`() async throws {
        let (client, first) = try await modernTokens()
        var token = first
        for _ in 1...8 {
            site.clock.advance(by: .days(20))
            token = try await site.refresh(token, as: client).refreshToken ?? ""
        }
        site.clock.advance(by: .days(20) - .seconds(1))
        token = try await site.refresh(token, as: client).refreshToken ?? ""

        site.clock.advance(by: .seconds(1))
        #expect(try await refusal { _ = try await site.refresh(token, as: client) } == .invalidGrant)
    }

    @Test func `a grant that lost its scope heals to public`() async throws {
        let grant = Grant(
            id: "imported", domain: site.localhost.domain.id, client: site.localhost.application.number,
            user: site.localhost.user.id, session: nil, scope: .empty, issuer: "https://localhost", nonce: nil,
            authenticatedAt: site.clock.now, createdAt: site.clock.now, expiresAt: site.clock.now + .days(90))
        #expect(
            try await site.services.store.save(
                grant, generation: 0,
                refreshToken: NewRefreshToken(digest: Secret("imported").digest, expiresAt: grant.expiresAt),
                recording: nil))

        #expect(try await site.refresh("imported").scope == .public)
    }

    private func modernTokens() async throws -> (Client, String) {
        let (client, _) = try await site.addApplication("modern", .oauth21)
        let code = try await site.code(["code_challenge": challenge, "code_challenge_method": "S256"], by: client)
        let answer = try await site.redeem(code, redirectURI: client.redirectURIs[0], verifier: verifier, as: client)
        return (client, try #require(answer.refreshToken))
    }
}
