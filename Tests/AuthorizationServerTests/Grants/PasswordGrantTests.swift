import AuthorizationServer
import OAuth
import TestSupport
import Testing
import Web

@Suite("RFC 6749 §4.3: a password is exchanged for tokens")
struct PasswordGrantTests {
    let site: TestSite

    init() async throws { site = try await TestSite() }

    @Test func `the right one yields tokens, and is written down`() async throws {
        let answer = try await request()

        #expect(answer.scope == .public)
        #expect(answer.refreshToken != nil)
        #expect(try claims(answer.accessToken)["sub"]?.string == site.localhost.user.id.text)
        #expect(try await site.events(.passwordGrantUsed).map(\.actor) == [site.localhost.user.id.text])
    }

    @Test(
        "whatever is wrong with user or password, the refusal is the same",
        arguments: [
            ("user@email.com", "wrong"), ("nobody@email.com", TestDomain.password), ("no address", TestDomain.password),
            ("user@email.com", "developer "), ("user@email.com", "Developer"),
        ])
    func wrong(username: String, password: String) async throws {
        let expected = try await refused()

        await #expect(throws: expected) { _ = try await request(username, password) }
    }

    @Test(
        "an account that is deleted, disabled or without a password is refused alike",
        arguments: ["deleted", "disabled", "none"])
    func inactive(_ state: String) async throws {
        let expected = try await refused()
        if state == "none" {
            var draft = UserDraft()
            draft.email = "sso@email.com"
            _ = try await site.services.administration.createUser(draft, in: site.localhost.domain, by: "test")
        } else {
            try await site.setUser(site.localhost.user) {
                $0.isDeleted = state == "deleted"
                $0.isDisabled = state == "disabled"
            }
        }

        await #expect(throws: expected) {
            _ = try await request(state == "none" ? "sso@email.com" : "user@email.com", TestDomain.password)
        }
    }

    @Test func `a user of another domain is nobody here`() async throws {
        let other = try await site.addDomain("other.example")
        let expected = try await refused()

        await #expect(throws: expected) {
            _ = try await request(other.administrator.email.text, TestDomain.password)
        }
    }

    @Test func `a domain may allow it to service accounts only`() async throws {
        let domain = try await site.domain { $0.passwordGrant = .serviceAccounts }
        try await site.setUser(site.localhost.serviceAccount) { $0.isServiceAccount = true }

        #expect(try await refusal { _ = try await request(in: domain) } == .invalidGrant)
        #expect(
            try await refusal { _ = try await request("service@account.com", TestDomain.password, in: domain) } == nil)
    }

    @Test func `a domain may forbid it`() async throws {
        let domain = try await site.domain { $0.passwordGrant = .never }

        #expect(try await refusal { _ = try await request(in: domain) } == .unsupportedGrantType)
    }

    @Test func `an application of the oauth2 1 profile may not use it`() async throws {
        let (client, _) = try await site.addApplication("modern", .oauth21)

        #expect(try await refusal { _ = try await request(client: client) } == .unauthorizedClient)
    }

    @Test("the scope must be the application's", arguments: ["users", "public users", "mqtt.write"])
    func scope(_ scope: String) async throws {
        #expect(try await refusal { _ = try await request(scope: scope) } == .invalidScope)
    }

    @Test func `the sixth attempt waits, however right it is`() async throws {
        for _ in 1...5 {
            #expect(try await refusal { _ = try await request("user@email.com", "wrong") } == .invalidGrant)
        }

        await #expect(throws: SignInFailure.throttled(wait: .seconds(1))) { _ = try await request() }

        site.clock.advance(by: .seconds(1))
        #expect(try await refusal { _ = try await request() } == nil)
    }

    private func refused() async throws -> OAuthError {
        do { _ = try await request("user@email.com", "surely wrong") } catch let error as OAuthError { return error }
        throw Unexpected()
    }

    private func request(
        _ username: String = "user@email.com", _ password: String = TestDomain.password, scope: String = "",
        client: Client? = nil, in domain: Domain? = nil
    ) async throws -> TokenResponse {
        try await site.token(
            [
                "grant_type": "password", "username": username, "password": password, "scope": scope,
                "client_id": (client ?? site.localhost.application).id.text,
            ], in: domain)
    }
}
