import AuthorizationServer
import OAuth
import TestSupport
import Testing
import Web

@Suite("RFC 7662: a token is introspected")
struct IntrospectionEndpointTests {
    let site: TestSite

    init() async throws { site = try await TestSite() }

    @Test func `a confidential client learns what its own token says`() async throws {
        let token = try await site.clientTokens().accessToken

        let answer = try await introspect(token)

        #expect(
            answer.members?.map(\.name) == ["active", "scope", "client_id", "token_type", "iat", "exp", "sub"])
        #expect(answer["active"] == true)
        #expect(answer["scope"] == "public")
        #expect(answer["client_id"]?.string == site.localhost.confidential.id.text)
        #expect(answer["token_type"] == "Bearer")
        #expect(answer["exp"]?.integer == (site.clock.now + .hours(2)).seconds)
    }

    @Test func `a refresh token is introspected too, until it is rotated`() async throws {
        let code = try await site.code(by: site.localhost.confidential)
        let credentials: KeyValuePairs = [
            "client_id": site.localhost.confidential.id.text,
            "client_secret": site.localhost.confidentialSecret.exposed,
        ]
        let first = try await site.token([
            "grant_type": "authorization_code", "code": code, "redirect_uri": TestDomain.confidentialRedirectURI,
            credentials[0].key: credentials[0].value, credentials[1].key: credentials[1].value,
        ])
        #expect(try await introspect(first.refreshToken ?? "")["active"] == true)

        _ = try await site.token([
            "grant_type": "refresh_token", "refresh_token": first.refreshToken ?? "",
            credentials[0].key: credentials[0].value, credentials[1].key: credentials[1].value,
        ])

        #expect(try await introspect(first.refreshToken ?? "") == ["active": false])
    }

    @Test(
        "of anything else it learns nothing", arguments: ["another client's", "expired", "revoked", "junk", "ID Token"])
    func inactive(_ kind: String) async throws {
        var token = try await site.clientTokens().accessToken
        switch kind {
        case "another client's": token = try await site.tokens(for: site.localhost.user).accessToken
        case "expired": site.clock.advance(by: .hours(2))
        case "revoked":
            try await site.services.revocation.respond(
                to: Parameters([
                    "client_id": site.localhost.confidential.id.text,
                    "client_secret": site.localhost.confidentialSecret.exposed, "token": token,
                ]), authorization: nil, in: site.localhost.domain)
        case "junk": token = "junk"
        default: token = try await site.redeem(site.code(["scope": "openid"])).idToken ?? ""
        }

        #expect(try await introspect(token) == ["active": false])
    }

    @Test(
        "the caller must authenticate",
        arguments: [
            ([:], .invalidRequest), (["client_id": ""], .invalidRequest), (["client_id": "nobody"], .invalidClient),
            (["client_id": "public"], .invalidClient), (["client_id": "confidential"], .invalidClient),
            (["client_id": "confidential", "client_secret": "guess"], .invalidClient),
        ] as [([String: String], OAuthError.Code)])
    func unauthenticated(credentials: [String: String], expected: OAuthError.Code) async throws {
        let token = try await site.clientTokens().accessToken
        var parameters = try Parameters(["token": token])
        for (name, value) in credentials {
            let value =
                switch value {
                case "public": site.localhost.application.id.text
                case "confidential": site.localhost.confidential.id.text
                default: value
                }
            try parameters.add(name, value)
        }

        #expect(
            try await refusal {
                _ = try await site.services.introspection.respond(
                    to: parameters, authorization: nil, in: site.localhost.domain)
            } == expected)
    }

    @Test func `a bearer may introspect another token of the same client, not itself and no other's`() async throws {
        let one = try await site.tokens(for: site.localhost.user).accessToken
        let two = try await site.tokens(for: site.localhost.user).accessToken
        let other = try await site.clientTokens().accessToken
        func ask(_ token: String) async throws -> JSON {
            try JSON(
                parsing: await site.services.introspection.respond(
                    to: Parameters(["token": token]), authorization: "Bearer \(one)", in: site.localhost.domain))
        }

        #expect(try await ask(two)["active"] == true)
        for token in [one, other, "junk"] {
            #expect(try await refusal { _ = try await ask(token) } == .invalidToken)
        }
    }

    @Test func `token info tells the holder about the token`() async throws {
        let token = try await site.tokens(for: site.localhost.user, scope: "public mqtt").accessToken
        site.clock.advance(by: .seconds(200))

        let answer = try JSON(
            parsing: await site.services.introspection.tokenInfo(token, in: site.localhost.domain))

        #expect(
            answer == [
                "resource_owner_id": .string(site.localhost.user.id.text), "scope": ["public", "mqtt"],
                "expires_in": 7_000, "application": ["uid": .string(site.localhost.application.id.text)],
                "created_at": .integer(site.clock.now.seconds - 200),
            ])
        #expect(
            try await refusal { _ = try await site.services.introspection.tokenInfo(nil, in: site.localhost.domain) }
                == .invalidToken)
    }

    private func introspect(_ token: String) async throws -> JSON {
        let bytes = try await site.services.introspection.respond(
            to: Parameters([
                "client_id": site.localhost.confidential.id.text,
                "client_secret": site.localhost.confidentialSecret.exposed, "token": token,
            ]), authorization: nil, in: site.localhost.domain)
        return try JSON(parsing: bytes)
    }
}
