import Testing

/// RFC 9112 §2.2, §3.2, §5.1, §6.3, §7.1 and §11.2: a message that two readers could frame differently is
/// refused, and nothing after it is read.
@Suite("What could smuggle a request", .timeLimit(.minutes(1)))
struct FramingTests {
    @Test func `each is answered 400, once, and the connection closed`() async throws {
        try await withServer() { server in
            for attack in Attacks.all {
                let answer = try await server.answer(to: attack.request + Requests.last)

                let isRefused =
                    answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n")
                    && answer.contains(#"{"error":"invalid_request","error_description":""#)
                    && answer.contains("connection: close\r\n")
                #expect(isRefused, "\(attack.name) was answered \(answer.prefix(300))")
                #expect(answer.ranges(of: "HTTP/1.1 ").count == 1, "\(attack.name): \(answer)")
            }
        }
    }
}
