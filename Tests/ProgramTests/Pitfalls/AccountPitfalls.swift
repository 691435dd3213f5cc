import AuthorizationServer
import HTTPTypes
import OAuth
import TestSupport
import Testing
import Web

@Suite("Pitfalls: accounts that may not, and credentials that have ended")
struct AccountPitfalls {
    private let site: TestSite
    private let server: TestServer
    private var here: TestDomain { site.localhost }

    init() async throws {
        site = try await TestSite()
        server = TestServer(site)
    }

    enum End: String, CaseIterable, Sendable { case disabled, deleted, removed }

    private func end(_ user: User, by end: End) async throws {
        let administration = site.services.administration
        var draft = UserDraft()
        switch end {
        case .disabled:
            draft.isDisabled = true
            _ = try await administration.updateUser(user, draft, in: here.domain, by: "test")
        case .deleted:
            draft.isDeleted = true
            _ = try await administration.updateUser(user, draft, in: here.domain, by: "test")
        case .removed: try await administration.deleteUser(user, in: here.domain, force: true, by: "test")
        }
    }

    private func passwordGrant(_ email: String, host: String = "localhost") async throws -> TestAnswer {
        try await server.post(
            "/auth/oauth/token",
            form: [
                "grant_type": "password", "username": email, "password": TestDomain.password,
                "client_id": here.application.id.text,
            ], host: host)
    }

    private func refresh(_ token: String?) async throws -> TestAnswer {
        try await server.post(
            "/auth/oauth/token",
            form: [
                "grant_type": "refresh_token", "refresh_token": try #require(token),
                "client_id": here.application.id.text,
            ])
    }

    private func session() async throws -> HTTPFields {
        let reply = try await server.send(
            .post, "/auth/signin?email=user@email.com&password=\(TestDomain.password)")
        let line = try #require(reply.headers[values: .setCookie].first { $0.hasPrefix("user=") })
        return [.cookie: String(line.prefix { $0 != ";" })]
    }

    @Test("the password grant answers the same for every account that may not use it", arguments: End.allCases)
    func passwordGrantRefused(_ how: End) async throws {
        let wrong = try await server.post(
            "/auth/oauth/token",
            form: [
                "grant_type": "password", "username": "service@account.com", "password": "wrong",
                "client_id": here.application.id.text,
            ])
        try await end(here.user, by: how)

        let reply = try await passwordGrant("user@email.com")

        #expect(reply.status == .badRequest)
        #expect(try reply.json["error"]?.string == "invalid_grant")
        #expect(reply.body == wrong.body)
        #expect(try await passwordGrant("nobody@email.com").body == wrong.body)
    }

    @Test func `an account of another domain, or without a local password, gets no token here`() async throws {
        let other = try await site.addDomain("other.example")
        #expect(try await passwordGrant("admin@\(other.domain.host)").status == .badRequest)
        #expect(try await passwordGrant("admin@\(other.domain.host)", host: "other.example").status == .ok)

        var draft = UserDraft()
        draft.email = "sso@email.com"
        draft.name = "Signs in elsewhere"
        _ = try await site.services.administration.createUser(draft, in: here.domain, by: "test")
        let reply = try await passwordGrant("sso@email.com")
        #expect(reply.status == .badRequest)
        #expect(try reply.json["error"]?.string == "invalid_grant")
    }

    @Test("a user who is gone refreshes nothing, and their token is refused", arguments: End.allCases)
    func goneUser(_ how: End) async throws {
        let pair = try await site.tokens(for: here.user)

        try await end(here.user, by: how)

        let reply = try await refresh(pair.refreshToken)
        #expect(reply.status == .badRequest)
        #expect(try reply.json["error"]?.string == "invalid_grant")
        #expect(
            try await server.get("/auth/oauth/userinfo", headers: .bearer(pair.accessToken)).status == .unauthorized)
    }

    @Test("the session of a user who is gone is no session", arguments: End.allCases)
    func goneSession(_ how: End) async throws {
        let cookie = try await session()
        #expect(try await server.get("/auth/authority", headers: cookie).json["session"]?.bool == true)

        try await end(here.user, by: how)

        let reply = try await server.get("/auth/authority", headers: cookie)
        #expect(reply.status == .ok)
        #expect(try reply.json["session"]?.bool == false)
    }

    @Test func `token_valid is false for an expired and for a revoked token`() async throws {
        let expired = try await site.tokens(for: here.user).accessToken
        #expect(try await server.get("/auth/authority", headers: .bearer(expired)).json["token_valid"]?.bool == true)
        site.clock.advance(by: .hours(3))
        let revoked = try await site.tokens(for: here.user).accessToken
        #expect(try await server.post("/auth/oauth/revoke", form: ["token": revoked]).status == .ok)

        for token in [expired, revoked] {
            let reply = try await server.get("/auth/authority", headers: .bearer(token))
            #expect(reply.status == .ok)
            #expect(try reply.json["token_valid"]?.bool == false)
        }
    }

    @Test func `an expired API key says so`() async throws {
        let key = try await site.apiKey(for: here.user, lifetime: .minutes(5))
        site.clock.advance(by: .minutes(6))

        let reply = try await server.get("/auth/oauth/userinfo?api-key=\(key.exposed)")

        #expect(reply.status == .unauthorized)
        #expect(reply.text.contains("API key has expired"))
    }

    @Test func `an unknown key, one without a dot and one with a wrong secret get the same answer`() async throws {
        let key = try await site.apiKey(for: here.user).exposed
        let id = String(key.prefix { $0 != "." })

        var bodies: Set<String> = []
        for text in ["\(String(repeating: "0", count: 32)).secret", id, "\(id).", "\(id).wrong", ".", "\(key)x"] {
            let reply = try await server.get("/auth/oauth/userinfo?api-key=\(text)")
            #expect(reply.status == .unauthorized)
            bodies.insert(reply.text)
        }
        #expect(bodies.count == 1)
        #expect(bodies.first?.contains("unknown X-API-Key") == true)
    }

    @Test func `after ten wrong passwords a source waits, and a good user elsewhere does not`() async throws {
        let site = try await TestSite(failuresPerSource: 10)
        let server = TestServer(site)
        func signIn(_ email: String, _ password: String, from peer: String) async throws -> TestAnswer {
            try await server.send(
                .post, "/auth/signin", headers: [.contentType: "application/x-www-form-urlencoded"],
                body: "email=\(percentEncoded(email))&password=\(password)", peer: peer)
        }
        for number in 1...10 {
            let reply = try await signIn("guess\(number)@email.com", "wrong", from: "192.0.2.1")
            #expect(reply.status == .unauthorized)
        }

        let eleventh = try await signIn("guess11@email.com", "wrong", from: "192.0.2.1")

        #expect(eleventh.status == .tooManyRequests)
        #expect(Int(eleventh.headers[.retryAfter] ?? "") ?? 0 > 0)
        #expect(try await signIn("user@email.com", TestDomain.password, from: "192.0.2.2").status == .accepted)
        // It lifts by itself.
        site.clock.advance(by: .minutes(11))
        #expect(try await signIn("user@email.com", TestDomain.password, from: "192.0.2.1").status == .accepted)
    }

    @Test func `whoever guesses one account's password waits longer and longer, and refreshes go on`() async throws {
        let pair = try await site.tokens(for: here.user)
        func guess() async throws -> TestAnswer {
            try await server.post("/auth/signin", form: ["email": "user@email.com", "password": "wrong"])
        }
        for _ in 1...5 { #expect(try await guess().status == .unauthorized) }

        #expect(try await guess().status == .tooManyRequests)
        #expect(try await refresh(pair.refreshToken).status == .ok)
        site.clock.advance(by: .seconds(2))
        #expect(try await guess().status == .unauthorized)
    }
}
