import OAuth
import Testing

/// What `--demo` makes.
enum Demo {
    static let user = "user@email.com"
    static let serviceAccount = "service@account.com"
    static let password = "developer"
    static let redirectURI = "https://localhost:8443/backoffice/oauth-resp.html"
    /// The MD5 of the redirect URI.
    static let clientID = "b52e653071c45353dbff4e8f47d51cdf"
}

/// The everyday exchanges with a server, each on a connection of its own.
extension GatehouseProcess {
    var wire: Wire { Wire(port: port) }
    var secureWire: Wire { Wire(port: port, certificate: certificate) }

    func send(
        _ method: String, _ target: String, _ headers: KeyValuePairs<String, String> = [:], body: String? = nil
    ) async throws -> HTTPReply {
        try await wire.send(request(method, target, headers, body: body))
    }

    /// A request that names this server and ends its connection, unless `headers` say otherwise.
    func request(
        _ method: String, _ target: String, _ headers: KeyValuePairs<String, String> = [:], body: String? = nil
    ) -> String {
        var lines = ["\(method) \(target) HTTP/1.1"]
        let names = Set(headers.map { $0.key.lowercased() })
        if !names.contains("host") { lines.append("Host: localhost:\(port)") }
        lines += headers.map { "\($0): \($1)" }
        if let body, !names.contains("content-length"), !names.contains("transfer-encoding") {
            lines.append("Content-Length: \(body.utf8.count)")
        }
        if !names.contains("connection") { lines.append("Connection: close") }
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
    }

    func get(_ target: String, _ headers: KeyValuePairs<String, String> = [:]) async throws -> HTTPReply {
        try await send("GET", target, headers)
    }

    func post(_ target: String, form: KeyValuePairs<String, String>) async throws -> HTTPReply {
        try await send(
            "POST", target, ["Content-Type": "application/x-www-form-urlencoded"], body: Self.form(form))
    }

    static func form(_ pairs: KeyValuePairs<String, String>) -> String {
        pairs.map { "\(percentEncoded($0))=\(percentEncoded($1))" }.joined(separator: "&")
    }

    func signIn(as email: String = Demo.user) async throws -> HTTPReply {
        try await post("/auth/signin", form: ["email": email, "password": Demo.password])
    }

    /// The `Cookie` header of a fresh session.
    func session(of email: String = Demo.user) async throws -> String {
        "user=\(try #require(try await signIn(as: email).cookie("user")))"
    }

    func authorize(
        _ cookie: String?, scope: String = "public", extra: KeyValuePairs<String, String> = [:]
    ) async throws -> HTTPReply {
        let query = Self.form([
            "response_type": "code", "client_id": Demo.clientID, "redirect_uri": Demo.redirectURI, "scope": scope,
        ])
        let more = extra.isEmpty ? "" : "&" + Self.form(extra)
        return try await get("/auth/oauth/authorize?\(query)\(more)", cookie.map { ["Cookie": $0] } ?? [:])
    }

    func code(
        _ cookie: String, scope: String = "public", extra: KeyValuePairs<String, String> = [:]
    ) async throws -> String {
        let location = try #require(try await authorize(cookie, scope: scope, extra: extra).location)
        return try #require(location.split(separator: "code=").last.map(String.init))
    }

    func redeem(_ code: String, extra: KeyValuePairs<String, String> = [:]) async throws -> HTTPReply {
        let body = Self.form([
            "grant_type": "authorization_code", "code": code, "client_id": Demo.clientID,
            "redirect_uri": Demo.redirectURI,
        ])
        return try await send(
            "POST", "/auth/oauth/token", ["Content-Type": "application/x-www-form-urlencoded"],
            body: extra.isEmpty ? body : body + "&" + Self.form(extra))
    }

    func passwordGrant(scope: String = "public") async throws -> HTTPReply {
        try await post(
            "/auth/oauth/token",
            form: [
                "grant_type": "password", "username": Demo.serviceAccount, "password": Demo.password,
                "client_id": Demo.clientID, "scope": scope,
            ])
    }

    func refresh(_ token: String) async throws -> HTTPReply {
        try await post(
            "/auth/oauth/token",
            form: ["grant_type": "refresh_token", "refresh_token": token, "client_id": Demo.clientID])
    }

    func revoke(_ token: String) async throws -> HTTPReply {
        try await post("/auth/oauth/revoke", form: ["token": token, "client_id": Demo.clientID])
    }

    /// Whether an access token is in force.
    func accepts(_ accessToken: String) async throws -> Bool {
        try await get("/auth/oauth/token/info", ["Authorization": "Bearer \(accessToken)"]).status == 200
    }
}

/// The tokens of a 200 of the token endpoint.
struct TokenPair: Sendable {
    let access: String
    let refresh: String

    init(_ reply: HTTPReply) throws {
        try #require(reply.status == 200, "\(reply.text)")
        access = try #require(try reply.json["access_token"]?.string)
        refresh = try #require(try reply.json["refresh_token"]?.string)
    }
}
