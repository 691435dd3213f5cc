import ServiceLifecycle
import Testing
import Web

@Suite("Shutting down", .timeLimit(.minutes(1)))
struct ShutdownTests {
    @Test func `idle connections close at once, and a request in progress is answered first`() async throws {
        try await withServer(tls: SelfSigned.make().context()) { server in
            let slow = try await RawConnection.open(to: server, tls: true)
            slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            await server.slowReached.reach(1)
            var idle: [RawConnection] = []
            for tls in [false, true] {
                let unused = try await RawConnection.open(to: server)
                let used = try await RawConnection.open(to: server, tls: tls)
                used.send(Requests.next)
                _ = await used.received("\r\n\r\nhttp")
                idle += [unused, used]
            }

            await server.group.triggerGracefulShutdown()
            // Each of these returns because the server closes, while the slow request is still under way.
            for connection in idle { _ = await connection.receivedAll() }
            await #expect(throws: (any Error).self) { try await RawConnection.open(to: server) }

            server.slow.add()
            let answer = await slow.receivedAll()
            #expect(answer.contains("connection: close\r\n"))
            #expect(answer.hasSuffix("\r\n\r\nslow"))
        }
    }

    @Test func `a request that does not come to its end does not hold the server up`() async throws {
        var limits = HTTPLimits()
        limits.drainTimeout = .milliseconds(300)
        // Longer than this suite may take: only the drain can end the request.
        limits.bodyTimeout = .seconds(600)

        // Ends only because the server gives the request up.
        try await withServer(limits: limits) { server in
            let connection = try await RawConnection.open(to: server)
            connection.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
            #expect(await connection.received("100 Continue").contains("100 Continue"))
        }
    }
}
