import Testing

@Suite("One port for TLS and plain HTTP", .timeLimit(.minutes(1)))
struct OnePortTests {
    @Test func `each request has its connection's scheme, whatever it says`() async throws {
        let forged = """
            GET https://a/scheme HTTP/1.1\r
            Host: a\r
            X-Forwarded-Proto: https\r
            Forwarded: proto=https\r
            Connection: close\r
            \r

            """
        let honest = "GET http://a/scheme HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        try await withServer(tls: SelfSigned.make().context()) { server in
            let plain = try await server.answer(to: forged)
            let encrypted = try await server.answer(to: honest, tls: true)

            #expect(plain.hasSuffix("\r\n\r\nhttp"))
            #expect(encrypted.hasSuffix("\r\n\r\nhttps"))
        }
    }

    @Test func `a plain request whose first byte comes alone is served`() async throws {
        try await withServer(tls: SelfSigned.make().context()) { server in
            let connection = try await RawConnection.open(to: server)
            for piece in ["G", "ET /scheme HTTP/1.1\r\nHost: a\r\n", "\r\n"] {
                connection.send(piece)
                try await Task.sleep(for: .milliseconds(50))
            }

            #expect(await connection.received("\r\n\r\nhttp").hasSuffix("\r\n\r\nhttp"))
        }
    }

    @Test(
        "what is refused is refused over TLS as well, once",
        arguments: [
            "GET /scheme HTTP/1.1\r\n\r\n", "GET /scheme HTTP/1.1\nHost: a\r\n\r\n",
        ])
    func refusal(request: String) async throws {
        try await withServer(tls: SelfSigned.make().context()) { server in
            let answer = try await server.answer(to: request + Requests.next, tls: true)

            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
            #expect(answer.ranges(of: "HTTP/1.1 ").count == 1)
        }
    }

    @Test func `a large response over TLS arrives whole`() async throws {
        try await withServer(tls: SelfSigned.make().context()) { server in
            let answer = try await server.answer(
                to: "GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", tls: true)

            #expect(answer.utf8.count > 8 * 1_024 * 1_024)
        }
    }

    @Test func `the peer's address is known`() async throws {
        try await withServer() { server in
            let answer = try await server.answer(to: "GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")

            #expect(answer.hasSuffix("\r\n\r\n127.0.0.1"))
        }
    }
}
