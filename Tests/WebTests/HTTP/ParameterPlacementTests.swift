import AuthorizationServer
import HTTPTypes
import OAuth
import TestSupport
import Testing

@Suite("RFC 6749 §3.2: where the parameters of a request may stand")
struct ParameterPlacementTests {
    let server: TestServer

    init() async throws { server = TestServer(try await TestSite()) }

    private var pairs: [(String, String)] {
        [
            ("grant_type", "password"), ("username", "user@email.com"), ("password", TestDomain.password),
            ("client_id", server.site.localhost.application.id.text), ("scope", "public mqtt.read"),
        ]
    }
    private var form: String { pairs.map { "\($0)=\(percentEncoded($1))" }.joined(separator: "&") }
    private var json: String { JSON.object(pairs.map { JSON.Member($0.0, .string($0.1)) }).text }

    @Test("a token is given to each of PlaceOS's clients", arguments: ["/auth/oauth/token", "/auth/token"])
    func everywhere(_ path: String) async throws {
        for (query, type, body) in [
            ("", "application/x-www-form-urlencoded", form),
            ("", "application/x-www-form-urlencoded; charset=utf-8", form),
            ("", "application/json", json), ("", "application/json; charset=utf-8", json), ("", nil, json),
            ("", "application/x-www-form-urlencoded", json), ("?\(form)", nil, nil),
            ("?\(form)", "application/x-www-form-urlencoded", nil), ("?grant_type=password", "application/json", json),
        ] as [(String, String?, String?)] {
            var headers = HTTPFields()
            headers[.contentType] = type
            let answer = try await server.send(.post, path + query, headers: headers, body: body)

            #expect(answer.status == .ok, "\(query) \(type ?? "") \(answer.text)")
            #expect(answer.headers[.contentType] == "application/json; charset=utf-8")
            #expect(answer.headers[.cacheControl] == "no-store, no-cache")
            #expect(
                try answer.json.members?.map(\.name) == [
                    "access_token", "token_type", "expires_in", "refresh_token", "scope", "created_at",
                ])
        }
    }

    @Test(
        "is refused with 400, and never with 500",
        arguments: [
            ("?grant_type=password", "application/x-www-form-urlencoded", "grant_type=refresh_token"),
            ("?scope[]=a", nil, ""),
            ("", "application/x-www-form-urlencoded", "grant_type=password&grant_type=password"),
            ("", "application/json", "{\"grant_type\":[\"password\"]}"), ("", "application/json", "{"),
            ("", "application/json", "[]"),
            ("", "application/json", "grant_type=password"), ("", "text/xml", "<a/>"),
            ("", "multipart/form-data; boundary=x", "--x--"),
            ("?a=%", nil, ""), ("?a=%00", nil, ""), ("?a=%FF", nil, ""), ("", nil, "\u{0}"), ("", nil, ""),
        ] as [(String, String?, String)])
    func refused(query: String, type: String?, body: String) async throws {
        var headers = HTTPFields()
        headers[.contentType] = type
        let answer = try await server.send(.post, "/auth/oauth/token" + query, headers: headers, body: body)

        #expect(answer.status == .badRequest)
        #expect(try answer.json["error"] == "invalid_request")
        #expect(answer.headers[.wwwAuthenticate]?.contains("error=\"invalid_request\"") == true)
    }

    @Test func `a body over the limit is refused unread`() async throws {
        let answer = try await server.send(
            .post, "/auth/oauth/token", body: "a=" + String(repeating: "b", count: 70_000))

        #expect(answer.status == .contentTooLarge)
    }

    @Test(
        "an error has its status",
        arguments: [
            (["client_id": "nobody"], 401, "invalid_client"), (["password": "wrong"], 400, "invalid_grant"),
            (["scope": "users"], 400, "invalid_scope"), (["grant_type": "implicit"], 400, "unsupported_grant_type"),
            (["grant_type": "client_credentials"], 401, "unauthorized_client"),
            (["username": ""], 400, "invalid_request"),
        ] as [([String: String], Int, String)])
    func status(changes: [String: String], status: Int, error: String) async throws {
        let body = pairs.map { "\($0)=\(percentEncoded(changes[$0] ?? $1))" }.joined(separator: "&")
        let answer = try await server.send(.post, "/auth/oauth/token", body: body)

        #expect(answer.status.code == status)
        #expect(try answer.json["error"]?.string == error)
        #expect(!answer.text.contains(TestDomain.password))
    }
}
