import Foundation
import OAuth
import Testing

#if canImport(Glibc)
    import Glibc
#endif

extension TheProgram {
    @Suite("Metrics on a port of their own", .served(["GATEHOUSE_METRICS": "127.0.0.1:0"]))
    struct MetricsServerTests {
        private let server: GatehouseProcess
        init() throws { server = try Served.server }

        private func ask(_ path: String) async throws -> HTTPReply {
            let request = "GET \(path) HTTP/1.1\r\nHost: metrics\r\nConnection: close\r\n\r\n"
            return try await Wire(port: #require(server.metricsPort)).send(request)
        }

        /// The value of the line that begins so; zero when there is none.
        private func value(_ series: String) async throws -> Double {
            let lines = try await ask("/metrics").text.split(separator: "\n")
            return lines.first { $0.hasPrefix(series + " ") }.flatMap { Double($0.dropFirst(series.count + 1)) } ?? 0
        }

        @Test func `the page is Prometheus's text`() async throws {
            let reply = try await ask("/metrics")

            #expect(reply.status == 200)
            #expect(reply["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
            for line in reply.text.split(separator: "\n") {
                #expect(
                    line.hasPrefix("# HELP ") || line.hasPrefix("# TYPE ")
                        || line.wholeMatch(of: /[a-z_]+(\{.*\})? [-+0-9.eInfNa]+/) != nil, "\(line)")
            }
            #expect(reply.text.contains("gatehouse_info{version=\"0.1.0\"} 1\n"))
            #expect(try await value("process_resident_memory_bytes") > 1_000_000)
            #expect(try await value("process_open_fds") > 3)
            #expect(try await value("process_cpu_seconds_total") > 0)
            #expect(try await value("process_start_time_seconds") > 1_700_000_000)
        }

        @Test func `there is nothing else on that port, and no metrics on the other`() async throws {
            #expect(try await ask("/livez").status == 200)
            #expect(try await ask("/readyz").json["status"] == "ready")
            #expect(try await ask("/auth/authority").status == 404)
            #expect(try await ask("/").status == 404)
            #expect(try await server.get("/metrics").status == 404)
        }

        @Test func `requests are counted by their route, never by what a client made up`() async throws {
            let series = #"gatehouse_http_requests_total{endpoint="/auth/assets/{name}",method="GET",status="404"}"#
            let other = #"gatehouse_http_requests_total{endpoint="other",method="GET",status="404"}"#
            let before = (try await value(series), try await value(other))

            for path in ["/auth/assets/made-up-1", "/auth/assets/made-up-2", "/made-up-3"] {
                _ = try await server.get(path)
            }
            _ = try await server.send("MADEUP", "/auth/authority")

            #expect(try await value(series) == before.0 + 2)
            #expect(try await value(other) == before.1 + 1)
            #expect(try await !ask("/metrics").text.lowercased().contains("made-up"))
            #expect(try await !ask("/metrics").text.contains("MADEUP"))
            #expect(try await value(#"gatehouse_http_request_seconds_count{endpoint="/auth/assets/{name}"}"#) >= 2)
        }

        @Test func `tokens, sign-ins, refusals, hashing, commits and caches are counted`() async throws {
            let names = [
                #"gatehouse_tokens_issued_total{grant="password"}"#, #"gatehouse_sign_ins_total{outcome="ok"}"#,
                #"gatehouse_sign_ins_total{outcome="refused"}"#,
                #"gatehouse_oauth_errors_total{endpoint="/auth/oauth/token",error="invalid_grant"}"#,
                "gatehouse_hashing_run_seconds_count", "gatehouse_store_commit_units_count",
                "gatehouse_store_commit_seconds_count", #"gatehouse_store_wait_seconds_count{lane="write"}"#,
                #"gatehouse_cache_hits_total{cache="domains"}"#,
                "gatehouse_connections_accepted_total",
            ]
            var before: [Double] = []
            for name in names { before.append(try await value(name)) }

            #expect(try await server.passwordGrant().status == 200)
            let refused = try await server.post(
                "/auth/oauth/token",
                form: [
                    "grant_type": "password", "username": Demo.serviceAccount, "password": "wrong",
                    "client_id": Demo.clientID,
                ])
            #expect(refused.error == "invalid_grant")

            for (name, old) in zip(names, before) { #expect(try await value(name) > old, "\(name)") }
            #expect(try await value("gatehouse_http_requests_in_flight") == 0)
            #expect(try await value("gatehouse_hashing_waiting") == 0)
            #expect(try await value(#"gatehouse_store_waiting{lane="write"}"#) == 0)
        }

        @Test func `what is no request is counted, and the sweep says when it ran`() async throws {
            let malformed = #"gatehouse_http_requests_malformed_total{status="400"}"#
            let before = try await value(malformed)

            #expect(try await server.wire.send("GET / HTTP/1.1\r\n\r\n").status == 400)

            #expect(try await value(malformed) == before + 1)
            #expect(try await value("gatehouse_purge_last_run_timestamp_seconds") > 1_700_000_000)
            #expect(try await value("gatehouse_purge_seconds_count") >= 1)
        }
    }

    @Suite("The metrics' port")
    struct MetricsPortTests {
        @Test func `answers while the other port takes no more connections`() async throws {
            let options = GatehouseProcess.Options(environment: [
                "GATEHOUSE_METRICS": "127.0.0.1:0", "GATEHOUSE_REQUESTS_IN_FLIGHT": "1",
            ])
            try await GatehouseProcess.run(options) { (server: GatehouseProcess) async throws in
                let head = server.request(
                    "POST", "/auth/oauth/token",
                    [
                        "Content-Type": "application/x-www-form-urlencoded", "Content-Length": "1",
                        "Expect": "100-continue",
                    ])
                let metrics = Wire(port: try #require(server.metricsPort))
                try await server.wire.converse { conversation in
                    try await conversation.write(head)
                    // The server waits for the body, so the only place is taken.
                    try await conversation.skip(past: "100 Continue\r\n\r\n")

                    let refused = try await server.get("/auth/authority")
                    #expect(refused.status == 503)
                    #expect(refused["Retry-After"] == "1")
                    #expect(try await server.get("/auth/healthz").status == 200)
                    let reply = try await metrics.send(
                        "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    #expect(reply.text.contains("gatehouse_http_requests_shed_total 1\n"))
                    #expect(reply.text.contains("gatehouse_http_requests_in_flight 1\n"))
                }
            }
        }

        @Test func `that is taken is refused with a clear message`() async throws {
            try await GatehouseProcess.run { (server: GatehouseProcess) async throws in
                let folder = try TemporaryFolder()

                let second = try await GatehouseProcess.runToEnd([
                    "serve", "--data", folder.path + "/data", "--listen", "127.0.0.1:0", "--metrics",
                    "127.0.0.1:\(server.port)",
                ])

                #expect(second.status != 0)
                #expect(
                    second.output.contains(
                        "Something else listens on 127.0.0.1:\(server.port) already. Choose another port with --metrics"
                    ))
            }
        }

        @Test func `is not there unless it is asked for`() async throws {
            try await GatehouseProcess.run { (server: GatehouseProcess) async throws in
                #expect(server.metricsPort == nil)
            }
        }

        @Test func `is asked until the end of a drain`() async throws {
            let options = GatehouseProcess.Options(environment: [
                "GATEHOUSE_METRICS": "127.0.0.1:0", "GATEHOUSE_DRAIN": "1",
            ])
            try await GatehouseProcess.run(options) { (server: GatehouseProcess) async throws in
                let wire = Wire(port: try #require(server.metricsPort))
                let request = "GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                #expect(try await wire.send(request).status == 200)

                server.signal(SIGTERM)

                var isReady = true
                for _ in 0..<180 where isReady {
                    isReady = try await wire.send(request).status == 200
                    try await Task.sleep(for: .milliseconds(5))
                }
                #expect(!isReady)
                #expect(try await server.exitStatus(within: .seconds(20)) == 0)
            }
        }
    }
}

extension GatehouseProcess {
    /// Where it serves metrics, as its log says.
    fileprivate var metricsPort: Int? {
        log.firstMatch(of: /url=http:\/\/127\.0\.0\.1:(\d+)\/metrics/).flatMap { Int($0.1) }
    }
}
