import OAuth

/// What the server says about a token.
enum Verdict {
    case accepted(JSON?, by: String, keyIsPublished: Bool?)
    case refused(String, by: String)
    case unknown(String)
    case notAsked

    static func ask(_ target: ServerOptions, about token: String, _ decoded: DecodedToken?) async -> Verdict {
        target.warnOfPlainHTTP()
        let server = target.server
        // An API key is 32 hexadecimal digits, a dot, and its secret.
        let isKey = token.firstIndex(of: ".").map { token.distance(from: token.startIndex, to: $0) == 32 } ?? false
        do {
            let answer = try await server.get(
                "/api/engine/v2/api_keys/inspect",
                isKey && decoded == nil ? [("X-API-Key", token)] : [("Authorization", "Bearer \(token)")])
            switch answer.status {
            case 200:
                return .accepted(
                    answer.json, by: server.url, keyIsPublished: await keyIsPublished(decoded, by: server))
            case 401, 403:
                return .refused(answer.json?["error"]?.string ?? "status \(answer.status)", by: server.url)
            default: return .unknown("The server at \(server.url) answered \(answer.status), which tells nothing.")
            }
        } catch { return .unknown("\(error)") }
    }

    /// Whether the `kid` is in the server's key set; `nil` when the token names none.
    private static func keyIsPublished(_ decoded: DecodedToken?, by server: RemoteServer) async -> Bool? {
        guard let id = decoded?.header["kid"]?.string,
            let keys = try? await server.get("/auth/oauth/discovery/keys").json?["keys"]?.array
        else { return nil }
        return keys.contains { $0["kid"]?.string == id }
    }

    var word: String {
        switch self {
        case .accepted: "accepted"
        case .refused: "refused"
        case .unknown: "unknown"
        case .notAsked: "not asked"
        }
    }

    /// What the server read in it.
    var seen: JSON? { if case .accepted(let seen, _, _) = self { seen } else { nil } }

    var sentence: String {
        switch self {
        case .accepted(_, let server, let keyIsPublished):
            "The server at \(server) accepts it"
                + (keyIsPublished.map { $0 ? ", and publishes its key." : ", although it doesn't publish its key." }
                    ?? ".")
        case .refused(let reason, let server): "The server at \(server) refuses it: \(printable(reason))."
        case .unknown(let reason): reason
        case .notAsked: "No server was asked."
        }
    }
}
