import AuthorizationServer
import OAuth
import TestSupport
import Testing

@Suite("RFC 6749 §4.1.3: an authorization code is exchanged for tokens")
struct AuthorizationCodeGrantTests {
    let site: TestSite

    init() async throws { site = try await TestSite() }

    @Test func `a fresh code yields tokens with the scope that was granted`() async throws {
        let code = try await site.code(["scope": "public openid", "nonce": "n-1"])

        let answer = try await site.redeem(code)

        #expect(answer.scope == Scope(words: ["public", "openid"]))
        #expect(answer.tokenType == "bearer")
        #expect(answer.expiresIn == .hours(2))
        #expect(answer.createdAt == site.clock.now)
        #expect(answer.refreshToken?.utf8.count == 43)
        #expect(try await site.accepts(answer.accessToken))
        let idToken = try claims(#require(answer.idToken))
        #expect(idToken["iss"]?.string == "https://localhost")
        #expect(idToken["aud"]?.string == site.localhost.application.id.text)
        #expect(idToken["nonce"]?.string == "n-1")
        #expect(idToken["auth_time"]?.integer == site.clock.now.seconds)
    }

    @Test func `without openid there is no ID Token`() async throws {
        #expect(try await site.redeem(site.code(["scope": "public"])).idToken == nil)
    }

    @Test(
        "a code lives as long as its application's profile says",
        arguments: [
            (Profile.placeos, Duration.minutes(10)), (.oauth21, .seconds(60)),
        ])
    func lifetime(profile: Profile, length: Duration) async throws {
        let (client, _) = try await site.addApplication("timed", profile)
        let query: KeyValuePairs = ["code_challenge": challenge, "code_challenge_method": "S256"]
        let (good, late) = (try await site.code(query, by: client), try await site.code(query, by: client))
        func redeem(_ code: String) async throws {
            _ = try await site.redeem(code, redirectURI: client.redirectURIs[0], verifier: verifier, as: client)
        }

        site.clock.advance(by: length - .seconds(1))
        #expect(try await refusal { try await redeem(good) } == nil)
        site.clock.advance(by: .seconds(1))
        #expect(try await refusal { try await redeem(late) } == .invalidGrant)
    }

    @Test func `a code used twice is refused, and the tokens of its first use are revoked`() async throws {
        let code = try await site.code()
        let first = try await site.redeem(code)
        #expect(try await site.accepts(first.accessToken))

        #expect(try await refusal { _ = try await site.redeem(code) } == .invalidGrant)

        #expect(try await !site.accepts(first.accessToken))
        #expect(try await refusal { _ = try await site.refresh(first.refreshToken) } == .invalidGrant)
        #expect(try await site.events(.codeReused).count == 1)
    }

    @Test(
        "a refused attempt does not use the code up",
        arguments: [
            "another client", "another redirect URI", "no redirect URI", "another verifier", "no verifier",
        ])
    func wrongCaller(_ fault: String) async throws {
        let code = try await site.code(["code_challenge": challenge, "code_challenge_method": "S256"])
        let (other, _) = try await site.addApplication("other", .placeos) {
            $0.redirectURIs = ["https://other.example/", TestDomain.redirectURI]
        }

        let refused = try await refusal {
            switch fault {
            case "another client": _ = try await site.redeem(code, verifier: verifier, as: other)
            case "another redirect URI":
                _ = try await site.redeem(code, redirectURI: TestDomain.redirectURI + "/", verifier: verifier)
            case "no redirect URI": _ = try await site.redeem(code, redirectURI: "", verifier: verifier)
            case "another verifier": _ = try await site.redeem(code, verifier: String(verifier.reversed()))
            default: _ = try await site.redeem(code)
            }
        }

        #expect(refused == (fault.hasPrefix("no ") ? .invalidRequest : .invalidGrant))
        #expect(try await refusal { _ = try await site.redeem(code, verifier: verifier) } == nil)
    }

    @Test func `a verifier without a challenge is a downgrade (RFC 9700 §2.1.1)`() async throws {
        let code = try await site.code()

        #expect(try await refusal { _ = try await site.redeem(code, verifier: verifier) } == .invalidGrant)
    }

    @Test("junk is no code", arguments: ["x", String(repeating: "a", count: 8_192), "\u{202E}", "' OR 1=1 --"])
    func junk(_ code: String) async throws {
        #expect(try await refusal { _ = try await site.redeem(code) } == .invalidGrant)
    }

    @Test func `a code of one domain is none in another`() async throws {
        let code = try await site.code()
        let other = try await site.addDomain("other.example")

        let refused = try await refusal {
            _ = try await site.token(
                [
                    "grant_type": "authorization_code", "code": code, "redirect_uri": TestDomain.redirectURI,
                    "client_id": other.application.id.text,
                ], in: other.domain)
        }

        #expect(refused == .invalidGrant)
        #expect(try await refusal { _ = try await site.redeem(code) } == nil)
    }

    @Test("who was deleted or disabled since gets nothing", arguments: [true, false])
    func inactive(isDeleted: Bool) async throws {
        let code = try await site.code()
        try await site.setUser(site.localhost.user) {
            $0.isDeleted = isDeleted
            $0.isDisabled = !isDeleted
        }

        #expect(try await refusal { _ = try await site.redeem(code) } == .invalidGrant)
    }

    @Test func `of fifty who redeem a code at once, at most one gets tokens, and none that stay good`() async throws {
        let code = try await site.code()

        let answers = try await withThrowingTaskGroup(of: TokenResponse?.self, returning: [TokenResponse].self) {
            group in
            for _ in 0..<50 {
                group.addTask {
                    do { return try await site.redeem(code) } catch is OAuthError { return nil }
                }
            }
            return try await group.reduce(into: []) { if let answer = $1 { $0.append(answer) } }
        }

        #expect(answers.count == 1)
        let winner = try #require(answers.first)
        #expect(try await !site.accepts(winner.accessToken))
    }

    @Test func `a confidential client authenticates first`() async throws {
        let client = site.localhost.confidential
        let code = try await site.code(by: client)
        func redeem(secret: String) async throws {
            _ = try await site.token([
                "grant_type": "authorization_code", "code": code, "redirect_uri": TestDomain.confidentialRedirectURI,
                "client_id": client.id.text, "client_secret": secret,
            ])
        }

        #expect(try await refusal { try await redeem(secret: "") } == .invalidClient)
        #expect(try await refusal { try await redeem(secret: "wrong") } == .invalidClient)
        #expect(try await refusal { try await redeem(secret: site.localhost.confidentialSecret.exposed) } == nil)
    }
}
