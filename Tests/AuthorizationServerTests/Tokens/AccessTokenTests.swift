import AuthorizationServer
import Crypto
import Cryptography
import OAuth
import TestSupport
import Testing
import Web

@Suite("RFC 8725: an access token is refused unless this server wrote it for this domain")
struct AccessTokenTests {
    let site: TestSite

    init() async throws { site = try await TestSite() }

    @Test func `a token is good until the second it expires in`() async throws {
        let token = try await site.tokens(for: site.localhost.user).accessToken

        site.clock.advance(by: .hours(2) - .seconds(1))
        #expect(try await site.accepts(token))
        site.clock.advance(by: .seconds(1))
        #expect(try await !site.accepts(token))
    }

    @Test func `a token says what PlaceOS's says, with the domain as its audience`() async throws {
        let token = try await site.tokens(for: site.localhost.user).accessToken

        #expect(try header(token).members?.map(\.name) == ["alg", "typ", "kid"])
        #expect(try header(token)["alg"] == "RS256")
        #expect(try claims(token).members?.map(\.name) == ["iss", "iat", "exp", "jti", "aud", "scope", "sub", "u"])
        #expect(try claims(token)["iss"] == "POS")
        #expect(try claims(token)["aud"] == "localhost")
    }

    @Test(
        "a forged token is refused",
        arguments: [
            "alg none", "alg none, unsigned", "HS256 with the public key", "another key", "foreign kid", "no kid",
            "crit",
            "another typ", "another alg", "payload changed", "signature cut", "no signature", "four parts", "two parts",
        ])
    func forged(_ forgery: String) async throws {
        let token = try await site.tokens(for: site.localhost.user).accessToken
        let parts = token.split(separator: ".").map(String.init)
        let (head, payload) = (try header(token), try claims(token))
        let publicKey = try await site.services.discovery.jwks(of: site.localhost.domain).bytes
        let own = try SigningKey.generate(.rs256)
        func write(_ head: JSON, _ payload: JSON, _ sign: ([UInt8]) throws -> [UInt8]) throws -> String {
            let text = "\(Base64URL.encode(head.bytes)).\(Base64URL.encode(payload.bytes))"
            return try "\(text).\(Base64URL.encode(sign(Array(text.utf8))))"
        }
        let kept = parts[2]
        let forged =
            switch forgery {
            case "alg none": try write(head.setting("alg", to: "none"), payload) { _ in [] }
            case "alg none, unsigned": "\(Base64URL.encode(head.setting("alg", to: "none").bytes)).\(parts[1])."
            case "HS256 with the public key":
                try write(head.setting("alg", to: "HS256"), payload) {
                    Array(HMAC<SHA256>.authenticationCode(for: $0, using: SymmetricKey(data: publicKey)))
                }
            case "another key": try write(head, payload, own.sign)
            case "foreign kid": try write(head.setting("kid", to: .string(own.keyID)), payload, own.sign)
            case "no kid": try write(["alg": "RS256", "typ": "JWT"], payload, own.sign)
            case "crit": "\(Base64URL.encode(head.setting("crit", to: ["exp"]).bytes)).\(parts[1]).\(kept)"
            case "another typ": "\(Base64URL.encode(head.setting("typ", to: "logout+jwt").bytes)).\(parts[1]).\(kept)"
            case "another alg": "\(Base64URL.encode(head.setting("alg", to: "ES256").bytes)).\(parts[1]).\(kept)"
            case "payload changed":
                "\(parts[0]).\(Base64URL.encode(payload.setting("sub", to: "user-admin").bytes)).\(kept)"
            case "signature cut": "\(parts[0]).\(parts[1]).\(kept.dropLast(4))"
            case "no signature": "\(parts[0]).\(parts[1])."
            case "four parts": token + "." + kept
            default: "\(parts[0]).\(parts[1])"
            }

        #expect(try await !site.accepts(forged))
        #expect(try await !site.accepts(forged), "nor the second time")
        let credentials = PresentedCredentials(apiKey: nil, bearer: forged)
        #expect(
            try await refusal {
                _ = try await site.services.userInfo.respond(to: credentials, in: site.localhost.domain)
            }
                == .invalidToken)
        #expect(
            try await refusal { _ = try await site.services.introspection.tokenInfo(forged, in: site.localhost.domain) }
                == .invalidToken)
        let introspected = try await site.services.introspection.respond(
            to: Parameters([
                "client_id": site.localhost.confidential.id.text,
                "client_secret": site.localhost.confidentialSecret.exposed, "token": forged,
            ]), authorization: nil, in: site.localhost.domain)
        #expect(introspected == Array(#"{"active":false}"#.utf8))
    }

    @Test func `a token that differs in a single character is another token`() async throws {
        let token = try await site.tokens(for: site.localhost.user).accessToken
        #expect(try await site.accepts(token))

        for index in stride(from: 0, to: token.utf8.count, by: 7) {
            var bytes = Array(token.utf8)
            bytes[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(try await !site.accepts(String(decoding: bytes, as: UTF8.self)))
        }
    }

    @Test func `a character that Unicode holds equal to the token's is another character`() async throws {
        var token = try await site.tokens(for: site.localhost.user).accessToken
        while !token.contains("K") { token = try await site.tokens(for: site.localhost.user).accessToken }
        #expect(try await site.accepts(token))

        #expect(try await !site.accepts(token.replacing("K", with: "\u{212A}")))
    }

    @Test(
        "junk is no token",
        arguments: [
            "", ".", "..", "...", "a.b.c", "gha_", "gha_x", String(repeating: "a", count: 20_000), "é.é.é", "\u{0}",
        ])
    func junk(_ token: String) async throws {
        #expect(try await !site.accepts(token))
    }

    @Test func `an ID Token is no access token`() async throws {
        let answer = try await site.redeem(site.code(["scope": "public openid"]))

        #expect(try await !site.accepts(#require(answer.idToken)))
    }

    @Test func `a refresh token is no access token`() async throws {
        let answer = try await site.tokens(for: site.localhost.user)

        #expect(try await !site.accepts(#require(answer.refreshToken)))
    }

    @Test("a token of one domain is none in another, be the key the same", arguments: AccessTokenFormat.allCases)
    func tenancy(_ format: AccessTokenFormat) async throws {
        let other = try await site.addDomain("other.example")
        let (client, secret) = try await site.addApplication("format", .placeos) {
            var overrides = ClientOverrides()
            overrides.accessTokenFormat = format
            $0.overrides = overrides
            $0.isConfidential = true
        }
        let token = try await site.token([
            "grant_type": "client_credentials", "client_id": client.id.text, "client_secret": secret.exposed,
        ]).accessToken

        #expect(try await site.accepts(token))
        #expect(try await !site.accepts(token, in: other.domain))
        let theirs = try await site.clientTokens(in: other).accessToken
        #expect(try await site.accepts(theirs, in: other.domain))
        #expect(try await !site.accepts(theirs))
    }

    @Test func `signing out ends the tokens so far; one of the same second is good`() async throws {
        let old = try await site.tokens(for: site.localhost.user).accessToken

        try await site.services.sessions.end(site.signIn(site.localhost.user), from: "192.0.2.1")

        #expect(try await !site.accepts(old))
        #expect(try await site.accepts(site.tokens(for: site.localhost.user).accessToken))
    }

    @Test func `a new password ends the tokens so far`() async throws {
        let old = try await site.tokens(for: site.localhost.user)

        try await site.setUser(site.localhost.user) { $0.password = Secret("correct horse battery") }

        #expect(try await !site.accepts(old.accessToken))
        #expect(try await refusal { _ = try await site.refresh(old.refreshToken) } == .invalidGrant)
    }
}
