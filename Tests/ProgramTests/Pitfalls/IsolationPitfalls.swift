import AuthorizationServer
import HTTPTypes
import OAuth
import TestSupport
import Testing
import Web

@Suite("Pitfalls: domains, users and clients are kept apart")
struct IsolationPitfalls {
    private let site: TestSite
    private let server: TestServer
    private let other: TestDomain
    private var here: TestDomain { site.localhost }

    init() async throws {
        site = try await TestSite()
        server = TestServer(site)
        other = try await site.addDomain("other.example")
    }

    private func userInfo(_ headers: HTTPFields, host: String) async throws -> TestAnswer {
        try await server.get("/auth/oauth/userinfo", host: host, headers: headers)
    }

    private func key(_ key: Secret) throws -> HTTPFields {
        [try #require(HTTPField.Name("X-API-Key")): key.exposed]
    }

    @Test func `a token of one domain is refused at another`() async throws {
        let mine = HTTPFields.bearer(try await site.tokens(for: here.user).accessToken)
        let theirs = HTTPFields.bearer(try await site.tokens(for: other.user, in: other).accessToken)

        #expect(try await userInfo(mine, host: "localhost").status == .ok)
        #expect(try await userInfo(theirs, host: "other.example").status == .ok)
        #expect(try await userInfo(mine, host: "other.example").status == .unauthorized)
        #expect(try await userInfo(theirs, host: "localhost").status == .unauthorized)
    }

    @Test func `an API key of one domain is refused at another`() async throws {
        let mine = try key(try await site.apiKey(for: here.user))

        #expect(try await userInfo(mine, host: "localhost").status == .ok)
        #expect(try await userInfo(mine, host: "other.example").status == .unauthorized)
    }

    @Test func `a refresh token and a code of one domain are worth nothing at another`() async throws {
        let refresh = try #require(try await site.tokens(for: here.user).refreshToken)
        let form: KeyValuePairs = [
            "grant_type": "refresh_token", "refresh_token": refresh, "client_id": other.application.id.text,
        ]

        #expect(try await server.post("/auth/oauth/token", form: form, host: "other.example").status == .badRequest)
        #expect(try await server.post("/auth/oauth/token", form: form, host: "localhost").status == .ok)

        let code = try await code()
        let redemption: KeyValuePairs = [
            "grant_type": "authorization_code", "code": code, "client_id": here.application.id.text,
            "redirect_uri": TestDomain.redirectURI,
        ]
        #expect(
            try await server.post("/auth/oauth/token", form: redemption, host: "other.example").status == .badRequest)
        #expect(try await server.post("/auth/oauth/token", form: redemption, host: "localhost").status == .ok)
    }

    @Test func `revoking at another domain revokes nothing`() async throws {
        let pair = try await site.tokens(for: here.user)

        for token in [pair.accessToken, try #require(pair.refreshToken)] {
            let reply = try await server.post("/auth/oauth/revoke", form: ["token": token], host: "other.example")
            #expect(reply.status == .ok)
        }

        #expect(try await userInfo(.bearer(pair.accessToken), host: "localhost").status == .ok)
    }

    @Test func `a session of one domain signs nobody in at another`() async throws {
        let cookie = try await session()

        #expect(try await server.get("/auth/authority", headers: cookie).json["session"]?.bool == true)
        let there = try await server.get("/auth/authority", host: "other.example", headers: cookie)
        #expect(try there.json["session"]?.bool == false)
    }

    @Test(
        "nothing is served for a host that is no domain's",
        arguments: ["unknown.example", "localhost.evil.example", "", "localhost:99999", "local_host", "[::2]", "a:b:c"])
    func unknownHost(_ host: String) async throws {
        let token = try await site.tokens(for: here.user).accessToken
        for target in ["/auth/authority", "/auth/oauth/userinfo", "/login", "/.well-known/openid-configuration", "/"] {
            let reply = try await server.get(target, host: host, headers: .bearer(token))
            #expect((400..<500).contains(reply.status.code), "\(target)")
            if !host.isEmpty { #expect(!reply.text.contains(host)) }
        }
    }

    @Test func `a health probe depends on no host`() async throws {
        #expect(try await server.get("/auth/authority?health", host: "unknown.example").status == .ok)
        #expect(try await server.get("/auth/healthz", host: "unknown.example").status == .ok)
    }

    @Test func `a code is redeemed by the application it was issued to, and an attempt by another uses nothing up`()
        async throws
    {
        var draft = ApplicationDraft()
        draft.name = "rival"
        draft.redirectURIs = ["https://rival.example/cb", TestDomain.redirectURI]
        draft.scopes = "public"
        let rival = try await site.services.administration.createApplication(draft, in: here.domain, by: "test").client
        let code = try await code()
        func redeem(_ client: Client) async throws -> TestAnswer {
            try await server.post(
                "/auth/oauth/token",
                form: [
                    "grant_type": "authorization_code", "code": code, "client_id": client.id.text,
                    "redirect_uri": TestDomain.redirectURI,
                ])
        }

        let stolen = try await redeem(rival)

        #expect(stolen.status == .badRequest)
        #expect(try stolen.json["error"]?.string == "invalid_grant")
        #expect(try await redeem(here.application).status == .ok)
    }

    @Test func `a refresh token is refused to every application but its own`() async throws {
        let refresh = try #require(try await site.tokens(for: here.user).refreshToken)
        let form: KeyValuePairs = [
            "grant_type": "refresh_token", "refresh_token": refresh, "client_id": here.confidential.id.text,
            "client_secret": here.confidentialSecret.exposed,
        ]

        #expect(try await server.post("/auth/oauth/token", form: form).status == .badRequest)
    }

    @Test(
        "an empty client_id identifies nobody who may introspect",
        arguments: ["client_id=", "client_id=&client_secret=", ""])
    func emptyClientID(_ credentials: String) async throws {
        let token = try await site.tokens(for: here.user).accessToken
        let reply = try await server.send(
            .post, "/auth/oauth/introspect", headers: [.contentType: "application/x-www-form-urlencoded"],
            body: "token=\(token)&\(credentials)")

        #expect([400, 401].contains(reply.status.code))
        #expect(try reply.json["active"] == nil)
        #expect(!reply.text.contains("scope"))
    }

    @Test func `an application sees the tokens of others as inactive`() async throws {
        let token = try await site.tokens(for: here.user).accessToken

        let reply = try await server.post(
            "/auth/oauth/introspect",
            form: [
                "token": token, "client_id": here.confidential.id.text,
                "client_secret": here.confidentialSecret.exposed,
            ])

        #expect(reply.text == #"{"active":false}"#)
    }

    @Test func `an access token may not introspect itself`() async throws {
        let token = try await site.tokens(for: here.user).accessToken
        var headers = HTTPFields.bearer(token)
        headers[.contentType] = "application/x-www-form-urlencoded"

        let reply = try await server.send(.post, "/auth/oauth/introspect", headers: headers, body: "token=\(token)")

        #expect(reply.status == .unauthorized)
        #expect(try reply.json["error"]?.string == "invalid_token")
    }

    @Test func `a client's own token speaks for no user, and is refused where one is needed`() async throws {
        let pair = try await site.clientTokens()
        #expect(pair.refreshToken == nil && pair.idToken == nil)

        let reply = try await userInfo(.bearer(pair.accessToken), host: "localhost")

        #expect(reply.status == .unauthorized)
        #expect(try reply.json["error"]?.string == "invalid_token")
        #expect(try await server.get("/auth/oauth/token/info", headers: .bearer(pair.accessToken)).status == .ok)
    }

    @Test func `an application that the administrator registered asks for no consent`() async throws {
        #expect(!here.application.skipsAuthorization)

        let reply = try await authorize()

        #expect(reply.status == .found)
        #expect(reply.location?.hasPrefix(TestDomain.redirectURI + "?") == true)
    }

    private func session() async throws -> HTTPFields {
        let reply = try await server.send(
            .post, "/auth/signin?email=user@email.com&password=\(TestDomain.password)")
        let line = try #require(reply.headers[values: .setCookie].first { $0.hasPrefix("user=") })
        return [.cookie: String(line.prefix { $0 != ";" })]
    }

    private func authorize() async throws -> TestAnswer {
        try await server.get(
            "/auth/oauth/authorize?response_type=code&client_id=\(here.application.id.text)"
                + "&redirect_uri=\(percentEncoded(TestDomain.redirectURI))", headers: try await session())
    }

    private func code() async throws -> String {
        String(try #require(try await authorize().location?.split(separator: "code=").last))
    }
}
