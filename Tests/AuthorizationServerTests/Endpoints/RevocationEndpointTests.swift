import AuthorizationServer
import OAuth
import TestSupport
import Testing
import Web

@Suite("RFC 7009: a token is revoked")
struct RevocationEndpointTests {
    let site: TestSite

    init() async throws { site = try await TestSite() }

    @Test("access and refresh token die together, whichever is named", arguments: [true, false])
    func together(namesAccessToken: Bool) async throws {
        let answer = try await site.tokens(for: site.localhost.user)

        try await revoke(namesAccessToken ? answer.accessToken : answer.refreshToken ?? "")

        #expect(try await !site.accepts(answer.accessToken))
        #expect(try await refusal { _ = try await site.refresh(answer.refreshToken) } == .invalidGrant)
    }

    @Test func `there is no grace for a token that was revoked`() async throws {
        let first = try await site.tokens(for: site.localhost.user)
        let second = try await site.refresh(first.refreshToken)

        try await revoke(second.accessToken)

        #expect(try await refusal { _ = try await site.refresh(first.refreshToken) } == .invalidGrant)
        #expect(try await refusal { _ = try await site.refresh(second.refreshToken) } == .invalidGrant)
    }

    @Test("a token nobody knows is no error", arguments: ["", "x", "a.b.c", String(repeating: "a", count: 10_000)])
    func unknown(_ token: String) async throws {
        #expect(try await refusal { try await revoke(token) } == nil)
    }

    @Test func `revoking twice is no error`() async throws {
        let token = try await site.tokens(for: site.localhost.user).refreshToken ?? ""

        try await revoke(token)
        #expect(try await refusal { try await revoke(token) } == nil)
    }

    @Test func `another client may not revoke it`() async throws {
        let answer = try await site.tokens(for: site.localhost.user)
        let (other, _) = try await site.addApplication("other", .placeos)

        #expect(
            try await refusal { try await revoke(answer.accessToken, ["client_id": other.id.text]) }
                == .unauthorizedClient)
        #expect(try await refusal { try await revoke(answer.accessToken, ["client_id": "nobody"]) } == .invalidClient)

        #expect(try await site.accepts(answer.accessToken))
    }

    @Test func `a confidential client's token needs its client's authentication`() async throws {
        let token = try await site.clientTokens().accessToken
        let id = site.localhost.confidential.id.text

        #expect(try await refusal { try await revoke(token) } == .unauthorizedClient)
        #expect(try await refusal { try await revoke(token, ["client_id": id]) } == .invalidClient)
        #expect(
            try await refusal { try await revoke(token, ["client_id": id, "client_secret": "x"]) } == .invalidClient)
        #expect(try await site.accepts(token))

        try await revoke(token, ["client_id": id, "client_secret": site.localhost.confidentialSecret.exposed])

        #expect(try await !site.accepts(token))
        #expect(try await site.accepts(site.clientTokens().accessToken), "its next token is good")
    }

    @Test func `at another domain a token is unknown`() async throws {
        let other = try await site.addDomain("other.example")
        let answer = try await site.tokens(for: site.localhost.user)

        for token in [answer.accessToken, answer.refreshToken ?? ""] {
            try await site.services.revocation.respond(
                to: Parameters(["token": token]), authorization: nil, in: other.domain)
        }

        #expect(try await site.accepts(answer.accessToken))
    }

    private func revoke(_ token: String, _ credentials: KeyValuePairs<String, String> = [:]) async throws {
        var parameters = try Parameters(credentials)
        try parameters.add("token", token)
        try await site.services.revocation.respond(to: parameters, authorization: nil, in: site.localhost.domain)
    }
}
