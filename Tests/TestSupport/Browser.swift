public import HTTPTypes
import OAuth
import Synchronization

/// Asks a `TestServer` as a browser does: it keeps cookies and sends them where they belong (RFC 6265), but
/// follows nothing by itself.
public final class Browser: Sendable {
    private struct Cookie {
        let name: String
        let value: String
        let path: String
        let isSecure: Bool
    }

    public let server: TestServer
    public let host: String
    public let isSecure: Bool
    private let cookies = Mutex<[Cookie]>([])

    public init(_ server: TestServer, host: String = "localhost", isSecure: Bool = true) {
        self.server = server
        self.host = host
        self.isSecure = isSecure
    }

    public func send(
        _ method: HTTPRequest.Method, _ target: String, headers: HTTPFields = [:], body: String? = nil
    ) async throws -> TestAnswer {
        var headers = headers
        if let line = cookieLine(for: target) { headers.append(HTTPField(name: .cookie, value: line)) }
        let answer = try await server.send(
            method, target, host: host, scheme: isSecure ? "https" : "http", headers: headers, body: body)
        for value in answer.headers[values: .setCookie] { keep(value) }
        return answer
    }

    public func get(_ target: String, headers: HTTPFields = [:]) async throws -> TestAnswer {
        try await send(.get, target, headers: headers)
    }

    /// A form sent from a page of this host.
    public func post(_ target: String, form: KeyValuePairs<String, String>, headers: HTTPFields = [:]) async throws
        -> TestAnswer
    {
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        if headers[.origin] == nil { headers[.origin] = "\(isSecure ? "https" : "http")://\(host)" }
        let body = form.map { "\(percentEncoded($0))=\(percentEncoded($1))" }.joined(separator: "&")
        return try await send(.post, target, headers: headers, body: body)
    }

    /// The value of a cookie that would be sent to `path`.
    public func cookie(_ name: String, at path: String = "/") -> String? {
        cookies.withLock { cookies in cookies.first { $0.name == name && Self.covers($0.path, path) }?.value }
    }

    /// Puts a cookie in as another program would have left it.
    public func setCookie(_ line: String) { keep(line) }

    private func cookieLine(for target: String) -> String? {
        let path = String(target.prefix { $0 != "?" })
        let line = cookies.withLock { cookies in
            cookies.filter { Self.covers($0.path, path) && (isSecure || !$0.isSecure) }
                .map { "\($0.name)=\($0.value)" }.joined(separator: "; ")
        }
        return line.isEmpty ? nil : line
    }

    private func keep(_ line: String) {
        let parts = line.split(separator: ";").map { $0.drop { $0 == " " } }
        guard let pair = parts.first, let equals = pair.firstIndex(of: "=") else { return }
        let name = String(pair[..<equals])
        func attribute(_ name: String) -> String? {
            parts.dropFirst().first { $0.lowercased().hasPrefix("\(name)=") }.map {
                String($0.dropFirst(name.count + 1))
            }
        }
        let path = attribute("path") ?? "/"
        cookies.withLock { cookies in
            cookies.removeAll { $0.name == name && $0.path == path }
            guard attribute("max-age") != "0" else { return }
            cookies.append(
                Cookie(
                    name: name, value: String(pair[pair.index(after: equals)...]), path: path,
                    isSecure: parts.contains { $0.lowercased() == "secure" }))
        }
    }

    /// RFC 6265 §5.1.4.
    private static func covers(_ cookiePath: String, _ path: String) -> Bool {
        path == cookiePath
            || (path.hasPrefix(cookiePath)
                && (cookiePath.hasSuffix("/") || path.dropFirst(cookiePath.count).first == "/"))
    }
}
