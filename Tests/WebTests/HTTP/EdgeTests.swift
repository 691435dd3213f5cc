import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Testing
import Web

@Suite("The edge")
struct EdgeTests {
    @Test func `with a certificate, plain HTTP from elsewhere is sent to https`() async throws {
        let answer = try await ask("http", from: "192.0.2.1", path: "/login?continue=/app")

        #expect(answer.status == .movedPermanently)
        #expect(answer.headers[.location] == "https://localhost:8443/login?continue=/app")
    }

    @Test func `what carries a secret is refused instead`() async throws {
        let answer = try await ask("http", from: "192.0.2.1", method: .post)

        #expect(answer.status == .forbidden)
    }

    @Test("this machine may use plain HTTP", arguments: ["127.0.0.1", "127.1.2.3", "::1"])
    func loopback(_ peer: String) async throws {
        #expect(try await ask("http", from: peer, method: .post).status == .ok)
    }

    @Test(
        "a host that would lead elsewhere is not redirected to",
        arguments: ["", "a b", "localhost@evil.example", "x/y", "a\\b"])
    func hostile(_ host: String) async throws {
        #expect(try await ask("http", host: host, from: "192.0.2.1").headers[.location]?.contains("evil") != true)
    }

    @Test func `over https the browser is told to stay there`() async throws {
        let answer = try await ask("https", from: "192.0.2.1")

        #expect(answer.status == .ok)
        #expect(answer.headers[.strictTransportSecurity]?.hasPrefix("max-age=31536000") == true)
        #expect(try await ask("http", from: "127.0.0.1").headers[.strictTransportSecurity] == nil)
    }

    @Test func `without a certificate plain HTTP is served to all`() async throws {
        #expect(try await ask("http", from: "192.0.2.1", hasCertificate: false).status == .ok)
    }

    @Test func `a path nobody serves is 404 with nothing in it, an error nobody foresaw 500`() async throws {
        let missing = try await ask("https", from: "192.0.2.1") { throw HTTPError(.notFound, message: "secret") }
        let broken = try await ask("https", from: "192.0.2.1") { throw Unforeseen() }

        #expect(missing.status == .notFound)
        #expect(missing.headers[.contentLength] == "0")
        #expect(broken.status == .internalServerError)
        #expect(broken.headers[.contentLength] == "0")
    }

    private struct Unforeseen: Error {}

    private func ask(
        _ scheme: String, host: String = "localhost:8443", from peer: String, method: HTTPRequest.Method = .get,
        path: String = "/", hasCertificate: Bool = true, answer: @Sendable () throws -> Void = {}
    ) async throws -> Response {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let request = Request(
            head: HTTPRequest(method: method, scheme: scheme, authority: host, path: path),
            body: RequestBody(buffer: ByteBuffer()))
        let context = Context(
            source: ApplicationRequestContextSource(channel: NIOAsyncTestingChannel(), logger: logger), peer: peer)
        return try await Edge(refusesPlainHTTP: hasCertificate, logger: logger)
            .handle(request, context: context) { _, _ in
                try answer()
                return Response(status: .ok)
            }
    }
}
