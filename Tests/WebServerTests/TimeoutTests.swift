import Testing
import Web

@Suite("How long a client may take", .timeLimit(.minutes(1)))
struct TimeoutTests {
    let clock = ContinuousClock()

    @Test("a connection that says nothing is closed", arguments: [false, true])
    func silence(withTLS: Bool) async throws {
        let tls = try withTLS ? SelfSigned.make().context() : nil
        try await withServer(tls: tls, limits: .hasty) { server in
            var answer = ""
            let time = try await clock.measure { answer = try await server.answer(to: "") }

            #expect(answer == "")
            #expect(time >= .milliseconds(400))
        }
    }

    @Test("a head that comes a byte at a time is cut off", arguments: [false, true])
    func slowHead(afterAnother: Bool) async throws {
        try await withServer(limits: .hasty) { server in
            let connection = try await RawConnection.open(to: server)
            if afterAnother {
                connection.send(Requests.next)
                _ = await connection.received("\r\n\r\nhttp")
            }
            connection.send("GET /scheme HTTP/1.1\r\nHost: a\r\nX-Long: ")
            let trickle = Task {
                while !Task.isCancelled {
                    connection.send("x")
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            // The trickle never ends by itself: this returns only because the server cuts it off.
            let answer = await connection.receivedAll()
            trickle.cancel()

            #expect(afterAnother ? answer.hasSuffix("\r\n\r\nhttp") : answer == "")
        }
    }

    @Test func `a TLS handshake that does not go on is cut off`() async throws {
        try await withServer(tls: SelfSigned.make().context(), limits: .hasty) { server in
            var answer = ""
            let time = try await clock.measure { answer = try await server.answer(to: [0x16, 3, 1, 2]) }

            #expect(answer == "")
            #expect(time >= .milliseconds(400))
        }
    }

    @Test func `a body that does not come is answered 408`() async throws {
        try await withServer(limits: .hasty) { server in
            let answer = try await server.answer(
                to: "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab")

            #expect(answer.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
            #expect(answer.ranges(of: "HTTP/1.1 ").count == 1)
        }
    }

    @Test func `a body that comes a byte at a time is cut off`() async throws {
        try await withServer(limits: .hasty) { server in
            let connection = try await RawConnection.open(to: server)
            connection.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 400\r\n\r\n")
            let trickle = Task {
                while !Task.isCancelled {
                    connection.send("x")
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            let answer = await connection.receivedAll()
            trickle.cancel()

            #expect(answer.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        }
    }

    @Test func `a connection that is idle is closed`() async throws {
        try await withServer(limits: .hasty) { server in
            let connection = try await RawConnection.open(to: server)
            let time = await clock.measure {
                connection.send(Requests.next)
                #expect(await connection.receivedAll().hasSuffix("\r\n\r\nhttp"))
            }

            #expect(time >= .milliseconds(700))
        }
    }

    @Test func `a request that takes the application long is not cut off`() async throws {
        try await withServer(limits: .hasty) { server in
            let connection = try await RawConnection.open(to: server)
            connection.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            try await Task.sleep(for: .milliseconds(1_500))
            server.slow.add()

            #expect(await connection.received("slow").hasSuffix("slow"))
        }
    }

    @Test func `a response that is not read is cut off`() async throws {
        try await withServer(limits: .hasty) { server in
            let connection = try await RawConnection.open(to: server, isReading: false)
            connection.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
            try await Task.sleep(for: .seconds(4))
            connection.startReading()

            #expect(await connection.receivedAll().utf8.count < 8 * 1_024 * 1_024)
        }
    }

    @Test func `a large response that is read arrives whole, though it is the last`() async throws {
        try await withServer(limits: .hasty) { server in
            let answer = try await server.answer(to: "GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")

            #expect(answer.utf8.count > 8 * 1_024 * 1_024)
        }
    }
}
