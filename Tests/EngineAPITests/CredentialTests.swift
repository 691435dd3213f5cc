import AuthorizationServer
import Cryptography
import HTTPTypes
import OAuth
import TestSupport
import Testing
import Web

@Suite("How a caller is told: API key before token, header before query before cookie")
struct CredentialTests {
    private func inspect(_ engine: Engine, _ query: String = "", _ headers: HTTPFields = [:]) async throws -> TestAnswer
    {
        try await engine.server.get("/api/engine/v2/api_keys/inspect\(query)", headers: headers)
    }

    @Test func `a token is accepted in the header, the query and the cookie`() async throws {
        let engine = try await Engine()
        let token = try await engine.site.tokens(for: engine.site.localhost.user).accessToken

        #expect(try await inspect(engine, "", [.authorization: "Bearer \(token)"]).status == .ok)
        #expect(try await inspect(engine, "", [.authorization: "Token \(token)"]).status == .ok)
        #expect(try await inspect(engine, "", [.authorization: token]).status == .ok)
        #expect(try await inspect(engine, "?bearer_token=\(token)").status == .ok)
        #expect(try await inspect(engine, "", [.cookie: "bearer_token=\(token)"]).status == .ok)
    }

    @Test func `a key is accepted in the header, the query and the cookie`() async throws {
        let engine = try await Engine()
        let key = try await engine.site.apiKey(for: engine.site.localhost.user)

        #expect(try await inspect(engine, "", .apiKey(key)).status == .ok)
        #expect(try await inspect(engine, "?api-key=\(key.exposed)").status == .ok)
        #expect(try await inspect(engine, "", [.cookie: "api-key=\(key.exposed)"]).status == .ok)
    }

    @Test func `a key decides alone, even beside a good token`() async throws {
        let engine = try await Engine()

        var headers = engine.user
        headers.append(contentsOf: HTTPFields.apiKey(Secret("0123.wrong")))
        let answer = try await inspect(engine, "", headers)

        #expect(answer.status == .unauthorized)
        #expect(answer.text == #"{"error":"unknown X-API-Key"}"#)
    }

    @Test func `an Authorization header decides alone, even beside a good token in the query`() async throws {
        let engine = try await Engine()
        let token = try await engine.site.tokens(for: engine.site.localhost.user).accessToken

        #expect(
            try await inspect(engine, "?bearer_token=\(token)", [.authorization: "Bearer junk"]).status == .unauthorized
        )
        #expect(
            try await inspect(engine, "?bearer_token=\(token)", [.cookie: "bearer_token=junk"]).status == .ok,
            "the query comes before the cookie")
    }

    @Test("every fault of a key has the same answer", arguments: ["", ".", "nodot", "0123.", "a.b.c", "%00.x"])
    func wrongKeys(text: String) async throws {
        let engine = try await Engine()
        let key = try await engine.site.apiKey(for: engine.site.localhost.user)
        let id = key.exposed.prefix { $0 != "." }

        for wrong in [text, "\(id).\(text)", "x\(key.exposed)"] where !wrong.isEmpty {
            let answer = try await inspect(engine, "", .apiKey(Secret(wrong)))
            #expect(answer.status == .unauthorized)
            #expect(answer.text == #"{"error":"unknown X-API-Key"}"#)
        }
    }

    @Test func `an expired key says so`() async throws {
        let engine = try await Engine()
        let key = try await engine.site.apiKey(for: engine.site.localhost.user, lifetime: .seconds(60))
        #expect(try await inspect(engine, "", .apiKey(key)).status == .ok)

        engine.site.clock.advance(by: .seconds(60))

        let answer = try await inspect(engine, "", .apiKey(key))
        #expect(answer.status == .unauthorized)
        #expect(answer.text == #"{"error":"API key has expired"}"#)
    }

    @Test func `the key of a user who was switched off is unknown`() async throws {
        let engine = try await Engine()
        let key = try await engine.site.apiKey(for: engine.site.localhost.user)
        var draft = UserDraft()
        draft.isDisabled = true
        _ = try await engine.site.services.administration.updateUser(
            engine.site.localhost.user, draft, in: engine.site.localhost.domain, by: "test")

        #expect(try await inspect(engine, "", .apiKey(key)).text == #"{"error":"unknown X-API-Key"}"#)
    }

    @Test func `a cookie changes nothing for another site`() async throws {
        let engine = try await Engine()
        let token = try await engine.site.tokens(for: engine.site.localhost.administrator).accessToken
        func create(from origin: String) async throws -> TestAnswer {
            try await engine.send(
                .post, "users", ["email": "new@localhost"],
                as: [.cookie: "bearer_token=\(token)", .origin: origin])
        }

        #expect(try await create(from: "https://evil.example").status == .unauthorized)
        #expect(try await create(from: "http://localhost").status == .created)
    }

    @Test
    func
        `a token that somebody else made is refused: no algorithm, the public key as a secret, another key, other claims`()
        async throws
    {
        let engine = try await Engine()
        let token = try await engine.site.tokens(for: engine.site.localhost.user).accessToken
        let parts = token.split(separator: ".").map(String.init)
        let header = try #require(Base64URL.decode(parts[0])).map { $0 }
        let claims = String(decoding: try #require(Base64URL.decode(parts[1])), as: UTF8.self)
        let keyID = try #require(try JSON(parsing: header)["kid"]?.string)
        let raised = Base64URL.encode(Array(claims.replacing("\"p\":0", with: "\"p\":2").utf8))
        func encode(_ text: String) -> String { Base64URL.encode(Array(text.utf8)) }

        let otherKey = try SigningKey.generate(.es256)
        let foreign = encode(#"{"alg":"ES256","typ":"JWT","kid":"\#(keyID)"}"#) + "." + raised
        let symmetric = encode(#"{"alg":"HS256","typ":"JWT","kid":"\#(keyID)"}"#) + "." + raised
        let forged = [
            encode(#"{"alg":"none","typ":"JWT"}"#) + ".\(raised).",
            encode(#"{"alg":"none","typ":"JWT","kid":"\#(keyID)"}"#) + ".\(raised).",
            "\(symmetric).\(encode(Digests.hmacSHA256Hex(key: Array(keyID.utf8), symmetric)))",
            "\(foreign).\(Base64URL.encode(try otherKey.sign(Array(foreign.utf8))))",
            "\(parts[0]).\(raised).\(parts[2])",
            "\(parts[0]).\(parts[1]).", parts[0], "..", "…", String(repeating: "a", count: 9_000),
        ]
        for token in forged {
            let answer = try await inspect(engine, "", .bearer(token))
            #expect(answer.status == .unauthorized)
            #expect(answer.text == #"{"error":"The access token is invalid"}"#)
        }
    }

    @Test func `an expired token and a revoked one are refused`() async throws {
        let engine = try await Engine()
        let tokens = try await engine.site.tokens(for: engine.site.localhost.user)
        _ = try await engine.server.post(
            "/auth/oauth/revoke",
            form: ["token": tokens.accessToken, "client_id": engine.site.localhost.application.id.text])

        #expect(try await inspect(engine, "", .bearer(tokens.accessToken)).status == .unauthorized)
        engine.site.clock.advance(by: .hours(2))
        let answer = try await inspect(engine, "", engine.user)
        #expect(answer.status == .unauthorized)
        #expect(answer.header("WWW-Authenticate") == #"Bearer realm="Gatehouse", error="invalid_token""#)
    }

    @Test(
        "a hostile Host is refused, and not repeated",
        arguments: [
            "nowhere.example", String(repeating: "a", count: 512), "localhost%00", "' OR 1=1 --", "", "[::",
            "localhost:x",
        ])
    func hosts(host: String) async throws {
        let engine = try await Engine()

        let answer = try await engine.get("users/current", as: engine.user, host: host)
        #expect(answer.status == .unauthorized)
        #expect(answer.text == #"{"error":"authority not found"}"#)
        #expect(try await engine.get("domains/lookup/a@b.example", host: host).status == .notFound)
        #expect(try await engine.get("", host: host).status == .ok, "whether the process is up depends on nothing")
    }

    @Test func `the loopback addresses are spellings of localhost`() async throws {
        let engine = try await Engine()

        for host in ["127.0.0.1", "[::1]:8443", "LOCALHOST:8080"] {
            #expect(try await engine.get("users/current", as: engine.user, host: host).status == .ok)
        }
    }
}
