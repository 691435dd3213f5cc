import AuthorizationServer
import Cryptography
import JWTKit
import OAuth
import TestSupport
import Testing
import Web

/// jwt-kit knows nothing of this server but its published keys.
@Suite("RFC 7515, RFC 9068: others can verify what this server signs")
struct TokenFormatTests {
    let site: TestSite

    init() async throws { site = try await TestSite() }

    @Test func `PlaceOS's format is signed with RS256, whatever the domain's algorithm`() async throws {
        let domain = try await rotate(to: .es256)
        let token = try await token(.placeos, in: domain)

        #expect(try header(token)["alg"] == "RS256")
        #expect(try header(token)["typ"] == "JWT")
        #expect(try await verified(token) == "POS")
    }

    @Test("RFC 9068's is signed with the domain's algorithm, and says so", arguments: SigningKey.Algorithm.allCases)
    func jwt(_ algorithm: SigningKey.Algorithm) async throws {
        let domain = try await rotate(to: algorithm)
        let token = try await token(.jwt, in: domain)

        #expect(try header(token)["alg"]?.string == algorithm.rawValue)
        #expect(try header(token)["typ"] == "at+jwt")
        #expect(try claims(token)["client_id"]?.string?.isEmpty == false)
        #expect(try await verified(token) == "https://localhost")
        #expect(try await site.accepts(token, in: domain))
    }

    @Test("an ID Token is signed with the domain's algorithm", arguments: SigningKey.Algorithm.allCases)
    func idToken(_ algorithm: SigningKey.Algorithm) async throws {
        let domain = try await rotate(to: algorithm)
        let (client, _) = try await site.addApplication("modern", .oauth21)
        let code = try await site.code(
            ["scope": "openid", "code_challenge": challenge, "code_challenge_method": "S256"], by: client)

        let answer = try await site.token(
            [
                "grant_type": "authorization_code", "code": code, "redirect_uri": client.redirectURIs[0],
                "client_id": client.id.text, "code_verifier": verifier,
            ], in: domain)

        let idToken = try #require(answer.idToken)
        #expect(try header(idToken)["alg"]?.string == algorithm.rawValue)
        #expect(try await verified(idToken) == "https://localhost")
        let length = algorithm == .edDSA ? 43 : 22
        #expect(try claims(idToken)["at_hash"]?.string?.count == length)
    }

    @Test func `an opaque one says nothing to anybody but this server`() async throws {
        let token = try await token(.opaque, in: site.localhost.domain)

        #expect(token.hasPrefix("gha_"))
        #expect(!token.contains("."))
        #expect(try await site.accepts(token))
        site.clock.advance(by: .hours(2))
        #expect(try await !site.accepts(token))
    }

    @Test func `a changed opaque token is refused`() async throws {
        let token = try await token(.opaque, in: site.localhost.domain)

        var bytes = Array(token.utf8)
        bytes[20] = bytes[20] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        #expect(try await !site.accepts(String(decoding: bytes, as: UTF8.self)))
        #expect(try await !site.accepts(String(token.dropLast(3))))
    }

    private func rotate(to algorithm: SigningKey.Algorithm) async throws -> Domain {
        try await site.services.administration.rotateKey(of: site.localhost.domain, algorithm: algorithm, by: "test")
        return try await site.domain { $0.signingAlgorithm = algorithm }
    }

    private func token(_ format: AccessTokenFormat, in domain: Domain) async throws -> String {
        let (client, secret) = try await site.addApplication("machine", .placeos) {
            var overrides = ClientOverrides()
            overrides.accessTokenFormat = format
            $0.overrides = overrides
            $0.isConfidential = true
        }
        return try await site.token(
            ["grant_type": "client_credentials", "client_id": client.id.text, "client_secret": secret.exposed],
            in: domain
        ).accessToken
    }

    /// The issuer of a token that jwt-kit holds for good.
    private func verified(_ token: String) async throws -> String {
        let document = try await site.services.discovery.jwks(of: site.localhost.domain)
        let keys = JWTKeyCollection()
        try await keys.add(jwksJSON: String(decoding: document.bytes, as: UTF8.self))
        return try await keys.verify(token, as: Claims.self).iss.value
    }

    private struct Claims: JWTPayload {
        let iss: IssuerClaim
        let exp: ExpirationClaim

        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }
}
