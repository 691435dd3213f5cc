import ArgumentParser
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import OAuth

#if canImport(Glibc)
    import Glibc
#endif

/// The server that a command talks to over HTTP.
struct RemoteServer {
    /// `http://localhost:8080`, without a slash at its end.
    let url: String

    struct Answer {
        let status: Int
        let headers: HTTPHeaders
        let text: String

        var json: JSON? { try? JSON(parsing: text) }
    }

    /// - Parameter url: an address of its own, or a path of this server.
    func get(_ url: String, _ headers: [(String, String)] = []) async throws -> Answer {
        try await send(.GET, url, headers, body: nil)
    }

    func post(_ url: String, form: [(name: String, value: String)], _ headers: [(String, String)] = []) async throws
        -> Answer
    {
        let body = form.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }.joined(separator: "&")
        return try await send(
            .POST, url, headers + [("Content-Type", "application/x-www-form-urlencoded")], body: body)
    }

    /// Redirects are not followed: a secret goes where the person said, and nowhere else.
    private func send(_ method: HTTPMethod, _ target: String, _ headers: [(String, String)], body: String?) async throws
        -> Answer
    {
        let address = target.hasPrefix("/") ? url + target : target
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(5)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        var request = HTTPClientRequest(url: address)
        request.method = method
        request.headers = HTTPHeaders([("Accept", "application/json")] + headers)
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let result: Result<Answer, any Error>
        do {
            let response = try await client.execute(request, timeout: .seconds(30))
            let text = String(buffer: try await response.body.collect(upTo: 1_048_576))
            result = .success(Answer(status: Int(response.status.code), headers: response.headers, text: text))
        } catch {
            result = .failure(
                ProblemForOperator(
                    "Nothing answers at \(printable(address)): \(Self.reason(error)). "
                        + "Start `gatehouse serve`, or name the server with --url."))
        }
        try? await client.shutdown()
        return try result.get()
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case let error as NIOConnectionError: error.connectionErrors.first.map { reason($0.error) } ?? error.host
        default: "\(error)"
        }
    }
}

/// Which server a command talks to.
struct ServerOptions: ParsableArguments {
    @Option(help: "Where the server is.")
    var url = "http://localhost:8080"

    func validate() throws {
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw ValidationError("--url must start with http:// or https://, not \(url)")
        }
    }

    var server: RemoteServer { RemoteServer(url: url.hasSuffix("/") ? String(url.dropLast()) : url) }

    /// Says so when a secret is about to cross a network in the clear.
    func warnOfPlainHTTP() {
        let host = url.dropFirst("http://".count).prefix { !"/?#".contains($0) }
        let isLoopback = ["localhost", "127.", "[::1]"].contains { host.hasPrefix($0) }
        if url.hasPrefix("http://"), !isLoopback {
            warn("Warning: \(url) is not https. Everybody on the way can read what is sent.")
        }
    }
}
