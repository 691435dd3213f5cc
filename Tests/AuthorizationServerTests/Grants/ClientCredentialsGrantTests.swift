import AuthorizationServer
import OAuth
import TestSupport
import Testing
import Web

@Suite("RFC 6749 §4.4: a client acts for itself")
struct ClientCredentialsGrantTests {
    let site: TestSite

    init() async throws { site = try await TestSite() }

    @Test func `the token is the client's own, at the lowest level, without refresh or ID Token`() async throws {
        let answer = try await site.clientTokens(scope: "public openid")

        #expect(answer.refreshToken == nil)
        #expect(answer.idToken == nil)
        let claims = try claims(answer.accessToken)
        #expect(claims["sub"]?.string == site.localhost.confidential.id.text)
        #expect(claims["aud"]?.string == "localhost")
        #expect(claims["u"] == ["n": "photos", "e": "", "p": 0, "r": []])
        let verified = try await site.services.accessTokens.verify(answer.accessToken, in: site.localhost.domain)
        #expect(verified.user == nil)
    }

    @Test func `a public client is refused`() async throws {
        let refused = try await refusal {
            _ = try await site.token([
                "grant_type": "client_credentials", "client_id": site.localhost.application.id.text,
            ])
        }

        #expect(refused == .unauthorizedClient)
    }

    @Test func `bound to a service account, the token is that user's`() async throws {
        let account = site.localhost.serviceAccount
        let (client, secret) = try await site.addApplication("bound", .placeos) {
            $0.isConfidential = true
            $0.serviceAccount = account.id
        }
        func request() async throws -> TokenResponse {
            try await site.token([
                "grant_type": "client_credentials", "client_id": client.id.text, "client_secret": secret.exposed,
            ])
        }

        let answer = try await request()

        let claims = try claims(answer.accessToken)
        #expect(claims["sub"]?.string == account.id.text)
        #expect(claims["u"]?["e"]?.string == "service@account.com")
        try await site.setUser(account) { $0.isDisabled = true }
        #expect(try await !site.accepts(answer.accessToken))
        #expect(try await refusal { _ = try await request() } == .unauthorizedClient)
    }

    @Test func `a scope outside the application's is refused`() async throws {
        #expect(try await refusal { _ = try await site.clientTokens(scope: "users") } == .invalidScope)
    }

    @Test func `a disabled client is unknown`() async throws {
        let token = try await site.clientTokens().accessToken
        var draft = ApplicationDraft()
        draft.isDisabled = true
        _ = try await site.services.administration.updateApplication(site.localhost.confidential, draft, by: "test")

        #expect(try await refusal { _ = try await site.clientTokens() } == .invalidClient)
        #expect(try await !site.accepts(token))
    }

    @Test func `the last two secrets are good, older ones are not`() async throws {
        let first = site.localhost.confidentialSecret
        let administration = site.services.administration
        func isGood(_ secret: Secret) async throws -> Bool {
            try await refusal {
                _ = try await site.token([
                    "grant_type": "client_credentials", "client_id": site.localhost.confidential.id.text,
                    "client_secret": secret.exposed,
                ])
            } == nil
        }

        let second = try await administration.rotateSecret(of: site.localhost.confidential, by: "test")
        #expect(try await isGood(first))
        #expect(try await isGood(second))

        let client = try await site.services.store.client(number: site.localhost.confidential.number)
        let third = try await administration.rotateSecret(of: #require(client), by: "test")
        #expect(try await isGood(second))
        #expect(try await isGood(third))
        #expect(try await !isGood(first))
    }
}
