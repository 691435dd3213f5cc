import AuthorizationServer
import Cryptography
import OAuth
import TestSupport
import Testing

@Suite("RFC 6749 §3.2.1: the client at the token endpoint")
struct TokenEndpointTests {
    let site: TestSite

    init() async throws { site = try await TestSite() }

    @Test(
        "a client that is unknown, unnamed or unproven is refused in the same words",
        arguments: [
            "unknown", "none", "no secret", "wrong secret", "another's",
        ])
    func unauthenticated(_ fault: String) async throws {
        let confidential = site.localhost.confidential.id.text
        let other = try await site.addApplication("other", .placeos) { $0.isConfidential = true }
        let (id, secret) =
            switch fault {
            case "unknown": ("nobody", "")
            case "none": ("", "")
            case "no secret": (confidential, "")
            case "wrong secret": (confidential, "guess")
            default: (confidential, other.secret.exposed)
            }

        let error = await #expect(throws: OAuthError.self) {
            _ = try await site.token(["grant_type": "client_credentials", "client_id": id, "client_secret": secret])
        }

        #expect(error?.code == .invalidClient)
        #expect(error?.hint.hasPrefix("Client authentication failed") == true)
    }

    @Test func `a client may authenticate by Basic`() async throws {
        let pair = "\(site.localhost.confidential.id.text):\(site.localhost.confidentialSecret.exposed)"

        let answer = try await site.token(
            ["grant_type": "client_credentials"], authorization: "Basic \(Base64.encode(Array(pair.utf8)))")

        #expect(answer.scope == .public)
    }

    @Test func `a public client's left-over secret is ignored`() async throws {
        let code = try await site.code()

        let answer = try await site.token([
            "grant_type": "authorization_code", "code": code, "redirect_uri": TestDomain.redirectURI,
            "client_id": site.localhost.application.id.text, "client_secret": "from an old bundle",
        ])

        #expect(answer.refreshToken != nil)
    }

    @Test func `a client is found by the MD5 of its redirect URI, lowered or not`() async throws {
        let (client, _) = try await site.addApplication("mixed", .placeos) {
            $0.redirectURIs = ["https://Mixed.example/Callback"]
        }
        let raw = Digests.md5Hex("https://Mixed.example/Callback")
        #expect(client.id.text == Digests.md5Hex("https://mixed.example/callback"))

        let code = try await site.code(["client_id": raw], by: client)

        #expect(try await site.redeem(code, redirectURI: client.redirectURIs[0], as: client).refreshToken != nil)
    }

    @Test func `a grant type that the application may not use is refused`() async throws {
        let (client, _) = try await site.addApplication("narrow", .placeos) {
            var overrides = ClientOverrides()
            overrides.grantTypes = [.refreshToken]
            $0.overrides = overrides
        }

        #expect(try await refusal { _ = try await site.redeem("x", as: client) } == .unauthorizedClient)
    }

    @Test func `an application without refresh tokens gets none`() async throws {
        let (client, _) = try await site.addApplication("short", .placeos) {
            var overrides = ClientOverrides()
            overrides.grantTypes = [.authorizationCode]
            overrides.accessTokenLifetime = .minutes(5)
            $0.overrides = overrides
        }

        let answer = try await site.redeem(
            site.code(by: client), redirectURI: client.redirectURIs[0], as: client)

        #expect(answer.refreshToken == nil)
        #expect(answer.expiresIn == .minutes(5))
        #expect(try claims(answer.accessToken)["exp"]?.integer == (site.clock.now + .minutes(5)).seconds)
    }
}
