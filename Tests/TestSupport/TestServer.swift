public import HTTPTypes
public import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
public import OAuth
public import Web

/// The routes of a site, called without a socket.
public struct TestServer: Sendable {
    public let site: TestSite
    private let responder: RouterResponder<Context>
    private static let channel = NIOAsyncTestingChannel()

    /// - Parameter addRoutes: what is served beside the routes of `Web`.
    public init(_ site: TestSite, addRoutes: (Router<Context>) -> Void = { _ in }) {
        self.site = site
        let router = Router(context: Context.self)
        router.add(middleware: Measure())
        router.add(middleware: Edge(refusesPlainHTTP: false, logger: site.services.site.logger))
        router.add(middleware: Admit(site.services.site.admission))
        Web.addRoutes(to: router, site.services)
        addRoutes(router)
        responder = router.buildResponder()
    }

    /// - Parameters:
    ///   - target: path and query as they go over the wire.
    ///   - host: what the `Host` header says.
    ///   - peer: the address at the other end of the connection.
    public func send(
        _ method: HTTPRequest.Method, _ target: String, host: String = "localhost", scheme: String = "http",
        headers: HTTPFields = [:], body: String? = nil, peer: String = "127.0.0.1"
    ) async throws -> TestAnswer {
        var headers = headers
        if let body { headers[.contentLength] = String(body.utf8.count) }
        let request = Request(
            head: HTTPRequest(
                method: method, scheme: scheme, authority: host, path: target, headerFields: headers),
            body: RequestBody(buffer: ByteBuffer(string: body ?? "")))
        let context = Context(
            source: ApplicationRequestContextSource(channel: Self.channel, logger: site.services.site.logger),
            peer: peer)
        let response: Response
        do { response = try await responder.respond(to: request, context: context) } catch {
            // What a real server makes of an error that nobody caught.
            response = Response(status: .internalServerError)
        }
        let body = Collector()
        try await response.body.write(body)
        return TestAnswer(status: response.status, headers: response.headers, body: body.bytes)
    }

    public func get(_ target: String, host: String = "localhost", headers: HTTPFields = [:]) async throws -> TestAnswer
    {
        try await send(.get, target, host: host, headers: headers)
    }

    /// A POST of a form (`application/x-www-form-urlencoded`).
    public func post(
        _ target: String, form: KeyValuePairs<String, String>, host: String = "localhost", headers: HTTPFields = [:]
    ) async throws -> TestAnswer {
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        let body = form.map { "\(percentEncoded($0))=\(percentEncoded($1))" }.joined(separator: "&")
        return try await send(.post, target, host: host, headers: headers, body: body)
    }

    /// A request with a JSON body.
    public func send(
        _ method: HTTPRequest.Method, _ target: String, json: JSON, host: String = "localhost",
        headers: HTTPFields = [:]
    ) async throws -> TestAnswer {
        var headers = headers
        headers[.contentType] = "application/json"
        return try await send(method, target, host: host, headers: headers, body: json.text)
    }
}

/// What came back.
public struct TestAnswer: Sendable {
    public let status: HTTPResponse.Status
    public let headers: HTTPFields
    public let body: [UInt8]

    public var text: String { String(decoding: body, as: UTF8.self) }
    public var json: JSON { get throws { try JSON(parsing: body) } }
    public var location: String? { headers[.location] }
}

extension HTTPFields {
    /// `Authorization: Bearer …`
    public static func bearer(_ token: String) -> HTTPFields { [.authorization: "Bearer \(token)"] }
}

private final class Collector: ResponseBodyWriter {
    private(set) var bytes: [UInt8] = []

    func write(_ buffer: ByteBuffer) async throws { bytes.append(contentsOf: buffer.readableBytesView) }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
