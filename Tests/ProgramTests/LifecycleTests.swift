import Foundation
import OAuth
import Testing

#if canImport(Glibc)
    import Glibc
#endif

extension TheProgram {
    @Suite("Starting and stopping")
    struct LifecycleTests {
        private func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }

        @Test func `the first start makes a folder that is its owner's alone, and prints a token that works`()
            async throws
        {
            try await GatehouseProcess.run { (server: GatehouseProcess) async throws in
                let data = server.folder.path + "/data"
                #expect(try mode(data) == 0o700)
                for file in try FileManager.default.contentsOfDirectory(atPath: data) {
                    #expect(try #require(try mode("\(data)/\(file)")) & 0o077 == 0, "\(file)")
                }
                #expect(server.banner.contains("http://localhost:\(server.port)"))
                #expect(server.banner.contains(data))
                #expect(server.banner.contains("/auth/setup?token="))
                #expect(server.banner.contains("curl -s http://localhost:\(server.port)/auth/oauth/token"))
                let token = try #require(server.banner.split(separator: "\n").first { $0.hasPrefix("eyJh") })
                #expect(try await server.accepts(String(token)))
                #expect(!server.log.contains("/auth/setup?token="))
            }
        }

        @Test("a request under way when the server is told to stop is finished", arguments: [SIGTERM, SIGINT])
        func gracefulStop(_ signal: Int32) async throws {
            try await GatehouseProcess.run { (server: GatehouseProcess) async throws in
                let body =
                    "grant_type=password&username=user%40email.com&password=developer&client_id=\(Demo.clientID)"
                let head = server.request(
                    "POST", "/auth/oauth/token",
                    [
                        "Content-Type": "application/x-www-form-urlencoded", "Content-Length": "\(body.utf8.count)",
                        "Expect": "100-continue", "Connection": "keep-alive",
                    ])
                let port = server.port

                let reply = try await server.wire.converse { conversation in
                    try await conversation.write(head)
                    // The server waits for the body, so the request is under way.
                    try await conversation.skip(past: "100 Continue\r\n\r\n")
                    server.signal(signal)
                    try await Self.untilRefused(port)
                    try await conversation.write(body)
                    return try await conversation.reply()
                }

                #expect(reply.status == 200)
                #expect(reply["Connection"]?.lowercased() == "close")
                #expect(try await server.exitStatus(within: .seconds(15)) == 0)
            }
        }

        /// Waits until nobody accepts connections there.
        private static func untilRefused(_ port: Int) async throws {
            for _ in 0..<500 {
                do { _ = try await Wire(port: port, patience: .milliseconds(500)).converse { _ in true } } catch {
                    return
                }
                try await Task.sleep(for: .milliseconds(10))
            }
            Issue.record("The server still accepts connections.")
        }

        @Test func `with a drain, a server that is told to stop says that it is not ready and serves on`() async throws
        {
            let options = GatehouseProcess.Options(environment: ["GATEHOUSE_DRAIN": "2"])
            try await GatehouseProcess.run(options) { (server: GatehouseProcess) async throws in
                #expect(try await server.get("/auth/readyz").status == 200)

                server.signal(SIGTERM)

                try await Self.untilNotReady { try await server.get("/auth/readyz") }
                let reply = try await server.passwordGrant()
                #expect(reply.status == 200)
                #expect(try await server.get("/auth/healthz").status == 200)
                #expect(try await server.exitStatus(within: .seconds(20)) == 0)
            }
        }

        private static func untilNotReady(_ ask: () async throws -> HTTPReply) async throws {
            for _ in 0..<500 {
                let reply = try await ask()
                if reply.status == 503, try reply.json["failing"] == ["draining"] { return }
                try await Task.sleep(for: .milliseconds(5))
            }
            Issue.record("The server still says that it is ready.")
        }

        @Test func `a second signal ends it at once`() async throws {
            let options = GatehouseProcess.Options(environment: ["GATEHOUSE_DRAIN": "300"])
            try await GatehouseProcess.run(options) { (server: GatehouseProcess) async throws in
                server.signal(SIGTERM)
                try await Self.untilNotReady { try await server.get("/auth/readyz") }

                server.signal(SIGINT)

                #expect(try await server.exitStatus(within: .seconds(30)) == 128 + SIGINT)
            }
        }

        @Test func `connections that come while the server stops do not bring it down`() async throws {
            for _ in 1...3 {
                try await GatehouseProcess.run { (server: GatehouseProcess) async throws in
                    let wire = Wire(port: server.port, patience: .seconds(5))
                    await withTaskGroup(of: Void.self) { callers in
                        for _ in 0..<8 {
                            callers.addTask {
                                do { while true { _ = try await wire.converse { _ in true } } } catch {}
                            }
                        }
                        callers.addTask { server.signal(SIGTERM) }
                    }
                    #expect(try await server.exitStatus(within: .seconds(15)) == 0)
                    #expect(!server.log.contains("Fatal error"))
                }
            }
        }

        @Test func `an idle connection does not hold up a stop`() async throws {
            try await GatehouseProcess.run { (server: GatehouseProcess) async throws in
                let request = server.request("GET", "/auth/healthz", ["Connection": "keep-alive"])
                try await server.wire.converse { conversation in
                    try await conversation.write(request)
                    #expect(try await conversation.reply().status == 200)
                    server.signal(SIGTERM)
                    #expect(try await conversation.rest().isEmpty)
                }
                #expect(try await server.exitStatus(within: .seconds(5)) == 0)
            }
        }

        @Test func `a second server on the same folder is refused with a clear message`() async throws {
            try await GatehouseProcess.run { (server: GatehouseProcess) async throws in
                let data = server.folder.path + "/data"

                let second = try await GatehouseProcess.runToEnd(["serve", "--data", data, "--listen", "127.0.0.1:0"])

                #expect(second.status != 0)
                #expect(second.output.contains("Another Gatehouse serves the data folder \(data)"))
                #expect(try await server.get("/auth/healthz").status == 200)
            }
        }

        @Test func `a taken port is refused with a clear message`() async throws {
            try await GatehouseProcess.run { (server: GatehouseProcess) async throws in
                let folder = try TemporaryFolder()

                let second = try await GatehouseProcess.runToEnd([
                    "serve", "--data", folder.path + "/data", "--listen", "127.0.0.1:\(server.port)",
                ])

                #expect(second.status != 0)
                #expect(second.output.contains("Something else listens on 127.0.0.1:\(server.port) already"))
            }
        }

        @Test func `a demo is not shown to other machines`() async throws {
            let folder = try TemporaryFolder()

            let run = try await GatehouseProcess.runToEnd([
                "serve", "--data", folder.path + "/data", "--listen", "0.0.0.0:0", "--demo",
            ])

            #expect(run.status != 0)
            #expect(run.output.contains("loopback"))
        }

        @Test func `a restart on the same folder keeps keys, sessions and tokens`() async throws {
            let folder = try TemporaryFolder()
            var cookie = ""
            var keys = ""
            var pair: TokenPair?
            try await GatehouseProcess.run(.init(folder: folder)) { (server: GatehouseProcess) async throws in
                cookie = try await server.session()
                pair = try TokenPair(try await server.redeem(try await server.code(cookie)))
                keys = try await server.get("/auth/oauth/discovery/keys").text
            }
            let tokens = try #require(pair)

            try await GatehouseProcess.run(.init(folder: folder)) { (server: GatehouseProcess) async throws in
                #expect(try await server.get("/auth/oauth/discovery/keys").text == keys)
                #expect(try await server.accepts(tokens.access))
                #expect(try await server.get("/auth/authority", ["Cookie": cookie]).json["session"]?.bool == true)
                #expect(try await server.refresh(tokens.refresh).status == 200)
            }
        }

        @Test(
            "damage to the data folder stops the start, and nothing is made anew over it",
            arguments: [
                "master.key", "gatehouse.sqlite",
            ])
        func damage(_ file: String) async throws {
            let folder = try TemporaryFolder()
            try await GatehouseProcess.run(.init(folder: folder)) { _ in }
            let path = "\(folder.path)/data/\(file)"
            try Data(repeating: 0x5A, count: 4_096).write(to: URL(fileURLWithPath: path))

            let run = try await GatehouseProcess.runToEnd([
                "serve", "--data", folder.path + "/data", "--listen", "127.0.0.1:0",
            ])

            #expect(run.status != 0)
            #expect(!run.output.contains("Fatal error"))
            #expect(FileManager.default.contents(atPath: path) == Data(repeating: 0x5A, count: 4_096))
        }
    }
}
