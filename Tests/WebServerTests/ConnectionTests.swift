import Testing

@Suite("A connection's requests and responses", .timeLimit(.minutes(1)))
struct ConnectionTests {
    @Test func `pipelined requests are answered in order, though the first takes longest`() async throws {
        try await withServer() { server in
            let connection = try await RawConnection.open(to: server)
            connection.send(
                "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"
                    + "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nsecond"
                    + Requests.last)
            await server.slowReached.reach(1)
            server.slow.add()

            #expect(bodies(of: await connection.receivedAll()) == ["slow", "second", "http"])
        }
    }

    @Test func `a pipelined request in pieces is answered when it is complete`() async throws {
        try await withServer() { server in
            let connection = try await RawConnection.open(to: server)
            connection.send(
                "GET /scheme HTTP/1.1\r\nHost: a\r\n\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nse")
            _ = await connection.received("\r\n\r\nhttp")
            connection.send("cond")

            #expect(await connection.received("second").hasSuffix("\r\n\r\nsecond"))
        }
    }

    @Test func `requests before a malformed one are answered, and none after it`() async throws {
        try await withServer() { server in
            let connection = try await RawConnection.open(to: server)
            connection.send(
                "GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /scheme HTTP/1.1\r\nHost: a\r\n\r\nnonsense\r\n\r\n"
                    + Requests.next)
            await server.slowReached.reach(1)
            server.slow.add()
            let answer = await connection.receivedAll()

            #expect(answer.ranges(of: "HTTP/1.1 200 OK").count == 2)
            #expect(answer.ranges(of: "HTTP/1.1 ").count == 3)
            #expect(bodies(of: answer).last?.contains("invalid_request") == true)
        }
    }

    @Test func `a client that has ended its side is answered`() async throws {
        try await withServer() { server in
            let connection = try await RawConnection.open(to: server)
            connection.send(Requests.next + Requests.next + Requests.next)
            connection.endSending()

            #expect(bodies(of: await connection.receivedAll()) == ["http", "http", "http"])
        }
    }

    @Test(
        "a body that is cut short is not taken for a whole one",
        arguments: [
            "Content-Length: 4\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n",
            "Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n",
        ])
    func truncated(rest: String) async throws {
        try await withServer() { server in
            let connection = try await RawConnection.open(to: server)
            connection.send("POST /echo HTTP/1.1\r\nHost: a\r\n\(rest)")
            connection.endSending()
            let answer = await connection.receivedAll()

            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
            #expect(answer.ranges(of: "HTTP/1.1 ").count == 1)
        }
    }

    @Test func `a chunked body is put together, its extensions and trailers left out`() async throws {
        try await withServer() { server in
            let answer = try await server.answer(
                to: "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\nConnection: close\r\n\r\n"
                    + "2;a=b\r\nab\r\n2\r\ncd\r\n0\r\nX: 1\r\n\r\n")

            #expect(bodies(of: answer) == ["abcd"])
        }
    }

    @Test func `a response of unknown length is chunked, and for HTTP 1.0 ended by the connection`() async throws {
        try await withServer() { server in
            let new = try await server.answer(to: "GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let old = try await server.answer(to: "GET /stream HTTP/1.0\r\n\r\n")

            #expect(new.contains("transfer-encoding: chunked\r\n"))
            #expect(new.hasSuffix("\r\n\r\n4\r\none \r\n4\r\ntwo \r\n5\r\nthree\r\n0\r\n\r\n"))
            #expect(!old.contains("chunked"))
            #expect(old.hasSuffix("\r\n\r\none two three"))
        }
    }

    @Test func `an HTTP 1.0 connection ends with its response, kept alive or not`() async throws {
        try await withServer() { server in
            let answer = try await server.answer(
                to: "GET /scheme HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + Requests.next)

            #expect(answer.contains("connection: close\r\n"))
            #expect(bodies(of: answer) == ["http"])
        }
    }

    @Test func `nothing after a request that closes is answered, not even with a refusal`() async throws {
        try await withServer() { server in
            for rest in [Requests.next, "nonsense\r\n\r\n"] {
                let answer = try await server.answer(
                    to: Requests.last + rest)

                #expect(bodies(of: answer) == ["http"])
            }
        }
    }

    @Test func `a request to upgrade is answered as it is, and the connection ends`() async throws {
        try await withServer() { server in
            let answer = try await server.answer(
                to: "GET /scheme HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                    + "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n" + Requests.next)

            #expect(answer.contains("connection: close\r\n"))
            #expect(bodies(of: answer) == ["http"])
        }
    }

    @Test func `a client that waits for it is told to go on`() async throws {
        try await withServer() { server in
            let connection = try await RawConnection.open(to: server)
            connection.send(
                "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\n"
            )
            #expect(await connection.received("100") == "HTTP/1.1 100 Continue\r\n\r\n")
            connection.send("abcd")

            #expect(await connection.receivedAll().hasSuffix("\r\n\r\nabcd"))
        }
    }

    @Test func `a request that is answered before its body has come ends the connection`() async throws {
        try await withServer() { server in
            let answer = try await server.answer(to: "POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n")

            #expect(answer.contains("connection: close\r\n"))
            #expect(bodies(of: answer) == ["ignored"])
        }
    }

    @Test func `a request whose unread body has come leaves the connection open`() async throws {
        try await withServer() { server in
            let answer = try await server.answer(
                to: "POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd" + Requests.last)

            #expect(bodies(of: answer) == ["ignored", "http"])
        }
    }

    @Test func `HEAD and 204 have no body, whatever the route says`() async throws {
        try await withServer() { server in
            let answer = try await server.answer(
                to: "HEAD /scheme HTTP/1.1\r\nHost: a\r\n\r\nGET /empty HTTP/1.1\r\nHost: a\r\n\r\n" + Requests.last
            )

            #expect(answer.contains("Content-Length: 6\r\n"))
            #expect(!answer.contains("unsent"))
            #expect(!answer.contains("chunked"))
            #expect(answer.ranges(of: "HTTP/1.1 ").count == 3)
            #expect(answer.hasSuffix("\r\n\r\nhttp"))
        }
    }

    @Test(
        "a target in any form leads to its path",
        arguments: [
            ("GET http://a/host?b=c", "a", "a /host?b=c"), ("GET HTTP://A/host", "a", "a /host"),
            ("GET http://a:80/host", "a:80", "a:80 /host"), ("GET http://[::1]:80/host", "[::1]:80", "[::1]:80 /host"),
            ("GET /host?a={b|c}", "127.0.0.1", "127.0.0.1 /host?a={b|c}"),
        ])
    func target(line: String, host: String, expected: String) async throws {
        try await withServer() { server in
            let answer = try await server.answer(to: "\(line) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")

            #expect(bodies(of: answer) == [expected])
        }
    }

    @Test(
        "what any server must bear is borne",
        arguments: [
            "\r\nGET /scheme HTTP/1.1\r\nHost: a\r\n", "OPTIONS * HTTP/1.1\r\nHost: a\r\n",
            "GET /scheme HTTP/1.1\r\nHost:a  \r\nX:\r\nY: \t\r\nZ: \u{E9}\r\n", "GET http://a HTTP/1.1\r\nHost: a\r\n",
            "BREW /scheme HTTP/1.1\r\nHost: a\r\n", "GET /%zz%00?%&== HTTP/1.1\r\nHost: a\r\n",
            "GET // HTTP/1.1\r\nHost: a\r\n", "GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n",
        ])
    func tolerated(head: String) async throws {
        try await withServer() { server in
            let answer = try await server.answer(to: head + "Connection: close\r\n\r\n")

            #expect(answer.hasPrefix("HTTP/1.1 200") || answer.hasPrefix("HTTP/1.1 40"))
            #expect(answer.ranges(of: "HTTP/1.1 ").count == 1)
        }
    }

    /// The bodies of responses that have a Content-Length each, or none.
    private func bodies(of answer: String) -> [String] {
        answer.split(separator: "HTTP/1.1 ").compactMap {
            $0.split(separator: "\r\n\r\n", maxSplits: 1).last.map(String.init)
        }
    }
}
