import Foundation
import OAuth
import Testing

extension TheProgram {
    /// Whatever is sent: a precise refusal, soon, that gives nothing away; and the next request works.
    @Suite("Hostile input", .served)
    struct HostileInputTests {
        private let server: GatehouseProcess
        init() throws { server = try Served.server }

        /// Stands in what is sent, and never in what comes back.
        private static let marker = "Xj9Marker"

        /// Nothing short, which a reference could contain by chance.
        private static let leaks = [
            marker, "/Sources/", "/.build/", ".swift:", "SQLite", "SQLITE_", "SELECT ", "INSERT ", "GRDB.", "NIOCore",
            "NIOPosix", "Hummingbird", "Optional(", "Error Domain", "Fatal error", "AuthorizationServer", "stack trace",
        ]

        private func expectRefusal(
            _ reply: HTTPReply, _ what: String, statuses: Range<Int> = 400..<500
        ) {
            #expect(statuses.contains(reply.status), "\(what): \(reply.status)")
            for leak in Self.leaks + [server.folder.path] {
                #expect(!reply.text.contains(leak), "\(what) shows \(leak)")
                for field in reply.fields where field.name != "Location" {
                    #expect(!field.value.contains(leak), "\(what)")
                }
            }
            if !reply.body.isEmpty {
                #expect(reply["X-Content-Type-Options"] == "nosniff", "\(what)")
                #expect(reply["Content-Type"]?.isEmpty == false, "\(what)")
            }
        }

        private func send(_ text: String) async throws -> HTTPReply {
            try await Wire(port: server.port, patience: .seconds(8)).send(text)
        }

        private func send(_ bytes: [UInt8]) async throws -> HTTPReply {
            try await Wire(port: server.port, patience: .seconds(8)).send(bytes)
        }

        private func expectAlive() async throws {
            #expect(server.isRunning)
            #expect(try await server.get("/auth/healthz").status == 200)
            #expect(try await server.passwordGrant().status == 200)
        }

        /// Bodies and queries that no endpoint can make sense of.
        private static let brokenForms: [(name: String, text: String)] = {
            let long = String(repeating: "a", count: 8_000)
            return [
                ("an array", "grant_type[]=\(marker)"), ("a hash", "user[grant_type]=\(marker)"),
                ("a parameter twice", "client_id=\(marker)&client_id=\(marker)"),
                ("broken percent-encoding", "token=\(marker)%zz"), ("a cut escape", "token=\(marker)%4"),
                ("invalid UTF-8", "token=\(marker)%ff%fe"), ("overlong UTF-8", "token=\(marker)%c0%af"),
                ("a surrogate", "token=\(marker)%ed%a0%80"), ("a NUL", "token=\(marker)%00"),
                ("a NUL in a name", "to%00ken=\(marker)"), ("a long parameter", "grant_type=\(marker)\(long)"),
                ("a flood of parameters", (0..<2_000).map { "p\($0)=x" }.joined(separator: "&") + "&token=\(marker)"),
            ]
        }()

        private static let brokenJSON: [(name: String, text: String)] = [
            ("an array", #"["\#(marker)"]"#), ("a text", #""\#(marker)""#), ("a number", "1"), ("null", "null"),
            ("nothing but space", "  \n"), ("an object that does not end", #"{"grant_type":"\#(marker)""#),
            ("a trailing comma", #"{"grant_type":"\#(marker)",}"#), ("two objects", "{}{}"),
            ("the same name twice", #"{"client_id":"a","client_id":"b"}"#),
            ("a number for a text", #"{"grant_type":1,"client_id":true}"#),
            ("an array for a text", #"{"grant_type":["\#(marker)"]}"#),
            ("an object for a text", #"{"grant_type":{"\#(marker)":1}}"#),
            ("null for a text", #"{"grant_type":null}"#),
            ("deep arrays", String(repeating: "[", count: 20_000)),
            ("deep objects", String(repeating: #"{"a":"#, count: 10_000)),
            (
                "deep and whole",
                #"{"a":\#(String(repeating: "[", count: 5_000))\#(String(repeating: "]", count: 5_000))}"#
            ),
            ("an unpaired surrogate", #"{"grant_type":"\ud800"}"#), ("an escaped NUL", #"{"grant_type":"\u0000"}"#),
            ("a control character", "{\"grant_type\":\"\u{1}\"}"), ("a huge number", #"{"a":1e999999}"#),
            ("a long number", #"{"a":\#(String(repeating: "9", count: 4_000))}"#), ("a bare word", "{grant_type:x}"),
            ("a comment", "{/*\(marker)*/}"), ("not JSON at all", "<\(marker)/>"),
        ]

        private static let posts = [
            "/auth/oauth/token", "/auth/token", "/auth/oauth/revoke", "/auth/oauth/introspect", "/auth/oauth/userinfo",
            "/auth/oauth/authorize", "/auth/signin", "/auth/setup",
        ]

        @Test("forms that make no sense are refused", arguments: posts)
        func forms(_ target: String) async throws {
            let type: KeyValuePairs = ["Content-Type": "application/x-www-form-urlencoded"]
            for (name, text) in Self.brokenForms {
                // Revoking nothing succeeds, as revoking what nobody knows does.
                let statuses = target.hasSuffix("revoke") && name == "a long parameter" ? 200..<500 : 400..<500
                expectRefusal(
                    try await send(server.request("POST", target, type, body: text)),
                    "\(name) in the body of \(target)",
                    statuses: statuses)
                if text.utf8.count < 8_000 {
                    expectRefusal(
                        try await send(server.request("POST", "\(target)?\(text)", [:], body: "")),
                        "\(name) in the query of \(target)", statuses: statuses)
                }
            }
            let raw = Array(server.request("POST", target, type, body: "token=????").dropLast(4).utf8)
            expectRefusal(try await send(raw + [0xFF, 0xFE, 0x00, 0x80]), "raw bytes to \(target)")
            expectRefusal(
                try await send(server.request("POST", "\(target)?client_id=a", type, body: "client_id=b")),
                "two values in query and body of \(target)")
            try await expectAlive()
        }

        @Test("JSON that makes no sense is refused", arguments: posts)
        func json(_ target: String) async throws {
            for (name, text) in Self.brokenJSON {
                let statuses = target.hasSuffix("revoke") && name.hasPrefix("null for") ? 200..<500 : 400..<500
                expectRefusal(
                    try await send(
                        server.request("POST", target, ["Content-Type": "application/json"], body: text)),
                    "\(name) to \(target)", statuses: statuses)
            }
            for type in [
                "text/xml", "multipart/form-data", "application/json; charset=utf-16", "\(Self.marker)", "a/b;c=\"",
            ] {
                let reply = try await send(server.request("POST", target, ["Content-Type": type], body: "<x/>"))
                expectRefusal(reply, "\(type) to \(target)")
            }
            try await expectAlive()
        }

        @Test("a huge body is refused", arguments: posts)
        func hugeBodies(_ target: String) async throws {
            let type = ("Content-Type", "application/x-www-form-urlencoded")
            let big = "token=" + String(repeating: "a", count: 200_000)
            let sent = try await send(server.request("POST", target, [type.0: type.1], body: big))
            #expect(sent.status == 413, "\(target)")
            let announced = try await send(
                server.request("POST", target, [type.0: type.1, "Content-Length": "99999999999"]))
            #expect(announced.status == 413, "\(target)")
            let chunk = "8000\r\n\(String(repeating: "a", count: 0x8000))\r\n"
            let chunked = try await send(
                server.request(
                    "POST", target, [type.0: type.1, "Transfer-Encoding": "chunked"],
                    body: String(repeating: chunk, count: 8) + "0\r\n\r\n"))
            #expect(chunked.status == 413, "\(target)")
            try await expectAlive()
        }

        /// Texts where a token, a code, a name or an address is expected.
        private static let junk: [String] = [
            marker, String(repeating: marker, count: 900), "' OR 1=1 --\(marker)", "\(marker)\u{202E}",
            "../../\(marker)",
            "%\(marker)", "\(marker)\r\nX-Injected: 1", "<script>\(marker)</script>", "{\"\(marker)\":1}",
            "{{\(marker)}}",
            "\(marker).\(marker).\(marker)", "eyJhbGciOiJub25lIn0.e30.\(marker)", "gha_\(marker)", "🧨\(marker)", " ",
            "-1",
            "9223372036854775808", "ﷺ\(marker)", String(repeating: ".", count: 2_000), "null", "\u{FEFF}\(marker)",
        ]

        @Test func `junk as code, refresh token, password or client is refused`() async throws {
            for junk in Self.junk {
                let forms: [KeyValuePairs<String, String>] = [
                    ["grant_type": junk, "client_id": Demo.clientID],
                    [
                        "grant_type": "authorization_code", "code": junk, "client_id": Demo.clientID,
                        "redirect_uri": Demo.redirectURI,
                    ],
                    [
                        "grant_type": "authorization_code", "code": "x", "client_id": Demo.clientID,
                        "redirect_uri": junk,
                    ],
                    [
                        "grant_type": "authorization_code", "code": "x", "client_id": Demo.clientID,
                        "redirect_uri": Demo.redirectURI, "code_verifier": junk,
                    ],
                    ["grant_type": "refresh_token", "refresh_token": junk, "client_id": Demo.clientID],
                    ["grant_type": "refresh_token", "refresh_token": "x", "client_id": junk],
                    ["grant_type": "client_credentials", "client_id": junk, "client_secret": junk],
                    ["grant_type": "client_credentials", "client_id": Demo.clientID, "scope": junk],
                    ["grant_type": "password", "client_id": Demo.clientID, "username": junk, "password": junk],
                    [
                        "grant_type": "password", "client_id": Demo.clientID, "username": Demo.user,
                        "password": Demo.password, "scope": "\(junk) zones",
                    ],
                ]
                for form in forms {
                    let reply = try await server.post("/auth/oauth/token", form: form)
                    expectRefusal(reply, "\(form)")
                    #expect(reply.error != nil)
                    #expect(reply["X-Injected"] == nil)
                    #expect(reply["Cache-Control"] == "no-store, no-cache")
                }
                let signIn = try await server.post("/auth/signin", form: ["email": junk, "password": junk])
                expectRefusal(signIn, "sign-in with \(junk)")
                expectRefusal(
                    try await server.post("/auth/oauth/revoke", form: ["token": junk]), "revoking \(junk)",
                    statuses: 200..<500)
            }
            try await expectAlive()
        }

        @Test func `junk in an authorization request is refused and never followed`() async throws {
            let cookie = try await server.session()
            let good: KeyValuePairs = [
                "response_type": "code", "client_id": Demo.clientID, "redirect_uri": Demo.redirectURI,
                "scope": "public",
            ]
            for junk in Self.junk {
                for name in [
                    "response_type", "client_id", "redirect_uri", "scope", "code_challenge", "code_challenge_method",
                    "response_mode", "prompt", "max_age", "request", "request_uri",
                ] where junk != " " && !(name == "prompt" && junk == "null") {
                    let pairs = good.filter { $0.key != name }.map { "\($0)=\(percentEncoded($1))" }
                    let query = (pairs + ["\(name)=\(percentEncoded(junk))"]).joined(separator: "&")
                    guard query.utf8.count < 7_900 else { continue }
                    let reply = try await server.get("/auth/oauth/authorize?\(query)", ["Cookie": cookie])
                    expectRefusal(reply, "\(name)=\(junk)")
                    #expect(reply.location == nil, "\(name)=\(junk)")
                    #expect(reply["X-Injected"] == nil)
                }
                // These may be anything: they come back, or not, but do no harm.
                for name in ["state", "nonce", "auth_after", "continue"] {
                    let query = (good.map { "\($0)=\(percentEncoded($1))" } + ["\(name)=\(percentEncoded(junk))"])
                        .joined(separator: "&")
                    guard query.utf8.count < 7_900 else { continue }
                    let reply = try await server.get("/auth/oauth/authorize?\(query)", ["Cookie": cookie])
                    #expect(reply.status < 500)
                    #expect(reply["X-Injected"] == nil)
                }
            }
            try await expectAlive()
        }

        /// Values of header fields: no line breaks, which would be other fields.
        private static var headerJunk: [String] { junk.filter { !$0.contains("\r") && $0 != " " } }

        @Test func `junk as a credential is a credential that nobody has`() async throws {
            let targets = ["/auth/oauth/token/info", "/auth/oauth/userinfo", "/api/engine/v2/api_keys/inspect"]
            for junk in Self.headerJunk {
                for target in targets {
                    for (name, value) in [
                        ("Authorization", junk), ("Authorization", "Bearer \(junk)"),
                        ("Authorization", "Basic \(junk)"),
                        ("Authorization", "Token \(junk)"), ("X-API-Key", junk), ("Cookie", "bearer_token=\(junk)"),
                        ("Cookie", "api-key=\(junk)"),
                    ] {
                        let reply = try await server.get(target, [name: value])
                        expectRefusal(reply, "\(name): \(value) at \(target)")
                    }
                    for name in ["bearer_token", "api-key"] where junk.utf8.count < 2_000 {
                        expectRefusal(
                            try await server.get("\(target)?\(name)=\(percentEncoded(junk))"),
                            "\(name)=\(junk) at \(target)")
                    }
                }
                for authorization in [
                    "Basic \(junk)", "Basic \(Data(junk.utf8).base64EncodedString())", "Basic", "Basic ==",
                ] {
                    let reply = try await server.send(
                        "POST", "/auth/oauth/token",
                        ["Authorization": authorization, "Content-Type": "application/x-www-form-urlencoded"],
                        body: "grant_type=client_credentials")
                    #expect(reply.status == 401, "\(authorization)")
                    expectRefusal(reply, authorization)
                }
            }
            try await expectAlive()
        }

        @Test func `junk cookies are nobody's session`() async throws {
            let flood = (0..<200).map { "user=\(Self.marker)\($0)" }.joined(separator: "; ")
            for junk in Self.headerJunk.map({ "user=\($0)" }) + Self.headerJunk + [
                flood, ";;;=;=;", "user", "user=", "=x",
            ] {
                let authority = try await server.get("/auth/authority", ["Cookie": junk])
                expectRefusal(authority, "Cookie: \(junk)", statuses: 200..<500)
                if authority.status == 200 { #expect(try authority.json["session"]?.bool == false) }
                for target in ["/login", "/", "/auth/logout"] {
                    let reply = try await server.get(target, ["Cookie": junk])
                    #expect(reply.status < 500, "\(target) with \(junk)")
                }
                let authorize = try await server.authorize(junk)
                #expect(authorize.location?.contains("code=") != true, "\(junk)")
                #expect(authorize.status < 500)
            }
            try await expectAlive()
        }

        @Test func `a hostile Host is served nothing and is not repeated`() async throws {
            for host in [
                "evil.\(Self.marker)", "localhost@evil.\(Self.marker)", "localhost:99999", "localhost:-1",
                "localhost:1:2",
                "' OR 1=1 --", "localhost%00", "localhost/\(Self.marker)", "localhost?x", "localhost#x", "[::1", "[]",
                "..",
                String(repeating: "a", count: 512), String(repeating: "a.", count: 4_000), "ｌｏｃａｌｈｏｓｔ", "local host",
                "localhost, evil.\(Self.marker)",
            ] {
                for target in [
                    "/auth/authority", "/login", "/.well-known/openid-configuration", "/auth/oauth/authorize",
                ] {
                    let reply = try await server.get(target, ["Host": host])
                    expectRefusal(reply, "Host: \(host) at \(target)")
                    #expect(reply.location == nil)
                }
            }
            let none = try await send("GET /auth/authority HTTP/1.1\r\n\r\n")
            #expect(none.status == 400)
            let two = try await send("GET /auth/authority HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n")
            #expect(two.status == 400)
            try await expectAlive()
        }

        @Test func `hostile X-Forwarded headers decide nothing dangerous`() async throws {
            for junk in Self.headerJunk + [
                "evil.example, localhost", "localhost, evil.example", "ftp", "https, http", "::", "1.2.3.4.5",
            ] {
                for name in [
                    "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-For", "X-Real-IP", "Forwarded",
                    "X-Request-ID",
                ] {
                    let value = junk.prefix(4_000)
                    let reply = try await server.get("/.well-known/openid-configuration", [name: String(value)])
                    expectRefusal(reply, "\(name): \(value)", statuses: 200..<500)
                    if reply.status == 200 {
                        #expect(try reply.json["issuer"]?.string == "http://localhost:\(server.port)")
                    }
                    let signIn = try await server.send(
                        "POST", "/auth/signin?email=\(Demo.user)&password=wrong-\(name)", [name: String(value)])
                    #expect(signIn.status < 500, "\(name): \(value)")
                }
            }
            // The guesses above are the account's to wait for.
            #expect(try await server.get("/auth/healthz").status == 200)
            #expect(try await server.passwordGrant().status == 200)
        }

        @Test func `a request that could be read in two ways is refused, and nothing after it is read`() async throws {
            let smuggled = "GET /auth/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let start = "POST /auth/oauth/token HTTP/1.1\r\nHost: localhost\r\n"
            for (name, text) in [
                ("both lengths", "\(start)Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n\(smuggled)"),
                ("two lengths", "\(start)Content-Length: 0\r\nContent-Length: 44\r\n\r\n\(smuggled)"),
                ("a list of lengths", "\(start)Content-Length: 0, 44\r\n\r\n\(smuggled)"),
                ("a signed length", "\(start)Content-Length: +0\r\n\r\n\(smuggled)"),
                ("a negative length", "\(start)Content-Length: -1\r\n\r\n\(smuggled)"),
                ("a length in hex", "\(start)Content-Length: 0x2\r\n\r\n\(smuggled)"),
                ("another coding", "\(start)Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n\(smuggled)"),
                ("chunked twice", "\(start)Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n\(smuggled)"),
                ("identity", "\(start)Transfer-Encoding: identity\r\n\r\n0\r\n\r\n\(smuggled)"),
                ("a space before the colon", "\(start)Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n\(smuggled)"),
                ("a folded field", "\(start)X: a\r\n b\r\n\r\n\(smuggled)"),
                ("a NUL in a field", "\(start)X: a\0b\r\n\r\n\(smuggled)"),
                ("a bare CR in a field", "\(start)X: a\rb\r\n\r\n\(smuggled)"),
                ("no version", "GET /auth/healthz\r\nHost: localhost\r\n\r\n\(smuggled)"),
                ("a version from the future", "GET / HTTP/3.0\r\nHost: localhost\r\n\r\n\(smuggled)"),
                ("a bad chunk size", "\(start)Transfer-Encoding: chunked\r\n\r\nzz\r\n\(smuggled)"),
                (
                    "a chunk that is too long",
                    "\(start)Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n\(smuggled)"
                ),
                ("a huge chunk size", "\(start)Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n\(smuggled)"),
                (
                    "another host in the target",
                    "GET http://evil.example/auth/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n\(smuggled)"
                ),
                ("junk", "\u{0}\u{1}\u{2}\(Self.marker)\r\n\r\n\(smuggled)"),
            ] {
                let wire = Wire(port: server.port, patience: .seconds(8))
                let (reply, rest) = try await wire.converse { conversation in
                    try await conversation.write(text)
                    return (try await conversation.reply(), try await conversation.rest())
                }
                expectRefusal(reply, name)
                #expect(
                    !String(decoding: rest, as: UTF8.self).contains("gatehouse"),
                    "\(name) lets a second request through")
            }
            try await expectAlive()
        }

        @Test func `what is too large is told apart`() async throws {
            let long = String(repeating: "a", count: 9_000)
            #expect(try await server.get("/login?continue=/\(long)").status == 414)
            #expect(try await server.get("/login", ["X-Long": long + long]).status == 431)
            let flood = (0..<300).map { "X-\($0): 1\r\n" }.joined()
            #expect(try await send("GET /login HTTP/1.1\r\nHost: localhost\r\n\(flood)\r\n").status == 431)
            try await expectAlive()
        }

        @Test(
            "methods and paths nobody serves are refused",
            arguments: [
                "GET /auth/oauth/token", "PUT /auth/oauth/token", "DELETE /auth/signin", "TRACE /",
                "CONNECT localhost:443",
                "OPTIONS *", "GET /auth/authority.json", "GET /auth/../etc/passwd",
                "GET /auth/%2e%2e/%2e%2e/etc/passwd",
                "GET /auth/assets/..%2f..%2fetc%2fpasswd", "GET /auth/assets/%00", "GET /%ff",
                "GET //evil.example/%2f..",
                "GET /.env", "GET /auth/oauth/token/info/x", "BREW /login", "get /login", "POST /auth/authority",
                "GET /auth/oauth/discovery/keys/..;/", "GET /.well-known/oauth-protected-resource-x",
            ])
        func paths(_ line: String) async throws {
            let reply = try await send(
                "\(line) HTTP/1.1\r\nHost: localhost:\(server.port)\r\nConnection: close\r\n\r\n")

            expectRefusal(reply, line)
            try await expectAlive()
        }
    }
}
