import HTTPTypes
import Logging
import OAuth
import Synchronization
import TestSupport
import Testing

@Suite("What is written down about refusals")
struct LogTests {
    @Test func `each refusal once, with its reference, and nothing of what was sent`() async throws {
        let lines = Lines()
        let engine = try await Engine(logger: Logger(label: "test") { _ in lines.handler })
        let name = try #require(HTTPField.Name("X-Request-ID"))

        for headers in [
            HTTPFields.bearer("secret-1"), .apiKey(Secret("secret-2.secret-3")), [.cookie: "bearer_token=secret-4"],
        ] {
            var headers = headers
            headers[name] = "given-id"
            _ = try await engine.get("users/current?bearer_token=secret-5&q=secret-6", as: headers)
        }
        _ = try await engine.send(
            .post, "users", ["email": "a@b.example", "password": "secret-7"], as: engine.administrator)

        let refusals = lines.all.filter { $0.contains("given-id") }
        #expect(refusals.count == 3)
        #expect(refusals.allSatisfy { $0.contains("/api/engine/v2/users/current") && $0.contains("401") })
        #expect(!lines.all.contains { $0.contains("secret-") })
    }
}

/// Keeps what is logged.
private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    var handler: any LogHandler { Handler(lines: self) }

    private struct Handler: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
        }
    }
}
