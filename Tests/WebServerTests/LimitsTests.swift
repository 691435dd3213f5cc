import Testing
import Web

@Suite("What one connection may take", .timeLimit(.minutes(1)))
struct LimitsTests {
    @Test(
        "a head that is too large is answered 431",
        arguments: [
            "X: " + String(repeating: "x", count: 20_000) + "\r\n",
            String(repeating: "x", count: 20_000) + ": 1\r\n",
            String(repeating: "X: " + String(repeating: "x", count: 1_000) + "\r\n", count: 20),
            String(repeating: "X: 1\r\n", count: 64),
        ])
    func largeHead(fields: String) async throws {
        try await withServer() { server in
            let answer = try await server.answer(to: "GET /scheme HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")

            #expect(answer.hasPrefix("HTTP/1.1 431 Request Header Fields Too Large\r\n"))
            #expect(
                answer.hasSuffix(
                    #"{"error":"invalid_request","error_description":"The request has too many or too large header fields."}"#
                ))
        }
    }

    @Test func `sixty-four fields and a target of eight KiB are fine`() async throws {
        try await withServer() { server in
            let target = "/host?" + String(repeating: "x", count: 8 * 1_024 - 6)
            let fields = String(repeating: "X: 1\r\n", count: 62)
            let answer = try await server.answer(
                to: "GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)Connection: close\r\n\r\n")

            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }

    @Test("a target that is too long is answered 414", arguments: [8 * 1_024 + 1, 20_000, 200_000])
    func longTarget(length: Int) async throws {
        try await withServer() { server in
            let target = "/" + String(repeating: "x", count: length - 1)
            let answer = try await server.answer(to: "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")

            #expect(answer.hasPrefix("HTTP/1.1 414 URI Too Long\r\n"))
        }
    }

    @Test func `which of them it was is told for a later request as well`() async throws {
        try await withServer() { server in
            for (request, status) in [
                ("GET /" + String(repeating: "x", count: 20_000), "414"),
                ("GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 20_000), "431"),
            ] {
                let connection = try await RawConnection.open(to: server)
                connection.send("GET /scheme HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = await connection.received("\r\n\r\nhttp")
                connection.send(request)

                #expect(await connection.receivedAll().contains("HTTP/1.1 \(status) "))
            }
        }
    }

    @Test func `a body that is too large is answered 413, and the rest of it is not read`() async throws {
        try await withServer() { server in
            let body = String(repeating: "x", count: 300_000)
            let answer = try await server.answer(
                to: "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n\(body)\(Requests.next)")

            #expect(answer.hasPrefix("HTTP/1.1 413 "))
            #expect(answer.ranges(of: "HTTP/1.1 ").count == 1)
        }
    }

    @Test func `a body up to the limit is collected`() async throws {
        try await withServer() { server in
            let body = String(repeating: "x", count: 64 * 1_024)
            let answer = try await server.answer(
                to:
                    "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )

            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n\(body)"))
        }
    }

    @Test func `more connections than are allowed make the oldest that say nothing close`() async throws {
        var limits = HTTPLimits()
        limits.connections = 20
        try await withServer(limits: limits) { server in
            var silent: [RawConnection] = []
            for _ in 0..<60 { silent.append(try await .open(to: server)) }

            #expect(await silent[0].receivedAll() == "")
            let answer = try await server.answer(to: Requests.last)
            #expect(answer.hasSuffix("\r\n\r\nhttp"))
        }
    }

    @Test func `when all connections are in the midst of a request, new ones are closed`() async throws {
        var limits = HTTPLimits()
        limits.connections = 5
        try await withServer(limits: limits) { server in
            var busy: [RawConnection] = []
            for _ in 0..<5 {
                busy.append(try await .open(to: server))
                busy.last?.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
                await server.slowReached.reach(busy.count)
            }

            let none = try await server.answer(to: Requests.last)
            #expect(none == "")
            server.slow.add()
            for connection in busy { #expect(await connection.received("slow").hasSuffix("slow")) }

            // The first who comes then makes room, and finds none yet.
            var answer = ""
            while answer.isEmpty {
                answer = try await server.answer(to: Requests.last)
            }
            #expect(answer.hasSuffix("\r\n\r\nhttp"))
        }
    }
}
