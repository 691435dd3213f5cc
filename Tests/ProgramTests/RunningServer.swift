import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import OAuth

/// A server that a test has started, over HTTP.
struct RunningServer {
    let url: String

    struct Answer {
        let status: Int
        let headers: HTTPHeaders
        let text: String

        var json: JSON {
            get throws { try JSON(parsing: text) }
        }
    }

    /// One for all tests; redirects are theirs to look at.
    private static let client = HTTPClient(
        eventLoopGroupProvider: .singleton, configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))

    /// - Parameter target: a path, or another address.
    func get(_ target: String, headers: [(String, String)] = []) async throws -> Answer {
        try await send(.GET, target, headers, nil)
    }

    func post(_ target: String, form: [(String, String)]) async throws -> Answer {
        let body = form.map { "\(percentEncoded($0.0))=\(percentEncoded($0.1))" }.joined(separator: "&")
        return try await send(.POST, target, [("Content-Type", "application/x-www-form-urlencoded")], body)
    }

    private func send(_ method: HTTPMethod, _ target: String, _ headers: [(String, String)], _ body: String?)
        async throws
        -> Answer
    {
        var request = HTTPClientRequest(url: target.hasPrefix("/") ? url + target : target)
        request.method = method
        request.headers = HTTPHeaders(headers)
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await Self.client.execute(request, timeout: .seconds(10))
        return Answer(
            status: Int(response.status.code), headers: response.headers,
            text: String(buffer: try await response.body.collect(upTo: 1_048_576)))
    }
}
