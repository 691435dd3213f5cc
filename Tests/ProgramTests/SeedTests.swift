import OAuth
import Testing

extension TheProgram {
    /// The requests of the PlaceOS documentation, as its readers type them.
    @Suite("The documentation's requests", .served)
    struct SeedTests {
        private let server: GatehouseProcess
        init() throws { server = try Served.server }

        private static func passwordRequest(_ scope: String?) -> String {
            let scope = scope.map { #","scope":"\#($0)""# } ?? ""
            return """
                {"grant_type":"password","username":"user@email.com","password":"developer",\
                "client_id":"\(Demo.clientID)"\(scope)}
                """
        }

        private func post(json: String) async throws -> HTTPReply {
            try await server.send("POST", "/auth/oauth/token", ["Content-Type": "application/json"], body: json)
        }

        /// What every answer with tokens has, in its order.
        private func expectTokens(_ reply: HTTPReply, scope: String) throws {
            try #require(reply.status == 200, "\(reply.text)")
            let json = try reply.json
            #expect(
                json.members?.map(\.name)
                    == ["access_token", "token_type", "expires_in", "refresh_token", "scope", "created_at"])
            #expect(json["access_token"]?.string?.hasPrefix("eyJh") == true)
            #expect(json["token_type"]?.string == "bearer")
            #expect(json["expires_in"]?.integer == 7_200)
            #expect(json["refresh_token"]?.string?.isEmpty == false)
            #expect(json["scope"]?.string == scope)
            #expect(json["created_at"]?.integer ?? 0 > 1_600_000_000)
            #expect(reply["Content-Type"] == "application/json; charset=utf-8")
            #expect(reply["Cache-Control"] == "no-store, no-cache")
            #expect(reply["Pragma"] == "no-cache")
        }

        @Test func `1: a password in JSON gives a token with the scopes that were asked for`() async throws {
            try expectTokens(try await post(json: Self.passwordRequest("public mqtt.read")), scope: "public mqtt.read")
        }

        @Test func `1b: without a scope the scope is public`() async throws {
            try expectTokens(try await post(json: Self.passwordRequest(nil)), scope: "public")
        }

        @Test func `1c: the same as a form, as a query without a body, and as JSON without a content type`()
            async throws
        {
            let form =
                "grant_type=password&username=user%40email.com&password=developer&client_id=\(Demo.clientID)&scope=public+mqtt.read"
            let type: KeyValuePairs = ["Content-Type": "application/x-www-form-urlencoded"]

            try expectTokens(
                try await server.send("POST", "/auth/oauth/token", type, body: form), scope: "public mqtt.read")
            try expectTokens(try await server.send("POST", "/auth/oauth/token?\(form)"), scope: "public mqtt.read")
            try expectTokens(
                try await server.send("POST", "/auth/oauth/token", body: Self.passwordRequest("public mqtt.read")),
                scope: "public mqtt.read")
            // What curl's -d says of a body.
            try expectTokens(
                try await server.send(
                    "POST", "/auth/oauth/token", type, body: Self.passwordRequest("public mqtt.read")),
                scope: "public mqtt.read")
        }

        @Test func `1: the alias without oauth answers the same`() async throws {
            let reply = try await server.send(
                "POST", "/auth/token", ["Content-Type": "application/json"], body: Self.passwordRequest("public"))

            try expectTokens(reply, scope: "public")
        }

        @Test(
            "1d, 1e: a scope outside the application's list is refused",
            arguments: ["public zones.read", "mqtt.write", "Public", "public public.read"])
        func foreignScope(_ scope: String) async throws {
            let reply = try await post(json: Self.passwordRequest(scope))

            #expect(reply.status == 400)
            #expect(reply.error == "invalid_scope")
        }

        @Test func `1f: a wrong password is an invalid grant`() async throws {
            let reply = try await post(
                json: Self.passwordRequest("public").replacing(#""developer""#, with: #""wrong""#))

            #expect(reply.status == 400)
            #expect(reply.error == "invalid_grant")
        }

        @Test func `1f: without a client_id the client is invalid`() async throws {
            let reply = try await post(
                json: #"{"grant_type":"password","username":"user@email.com","password":"developer"}"#)

            #expect(reply.status == 401)
            #expect(reply.error == "invalid_client")
        }

        @Test func `2: a bearer token is accepted as a header, as a parameter and as a cookie`() async throws {
            let token = try TokenPair(try await server.passwordGrant()).access
            let path = "/api/engine/v2/users/current"

            for reply in [
                try await server.get(path, ["Authorization": "Bearer \(token)"]),
                try await server.get("\(path)?bearer_token=\(token)"),
                try await server.get(path, ["Cookie": "bearer_token=\(token)"]),
            ] {
                #expect(reply.status == 200)
                #expect(try reply.json["email"]?.string == Demo.serviceAccount)
            }
            #expect(try await server.get(path).status == 401)
        }

        @Test func `3: a token is inspected`() async throws {
            let token = try TokenPair(try await server.passwordGrant(scope: "public mqtt.read")).access

            let reply = try await server.get("/api/engine/v2/api_keys/inspect?bearer_token=\(token)")

            #expect(reply.status == 200)
            let json = try reply.json
            #expect(Set(json.members?.map(\.name) ?? []) == ["iss", "iat", "exp", "aud", "sub", "scope", "u"])
            #expect(json["iss"]?.string == "POS")
            #expect(json["aud"]?.string == "localhost")
            #expect(json["sub"]?.string?.hasPrefix("user-") == true)
            #expect(json["scope"]?.strings == ["public", "mqtt.read"])
            let issuedAt = try #require(json["iat"]?.integer)
            #expect(json["exp"]?.integer == issuedAt + 7_200)
            #expect(json["u"]?.members?.map(\.name) == ["n", "e", "p", "r"])
            #expect(json["u"]?["e"]?.string == Demo.serviceAccount)
            #expect(json["u"]?["p"]?.integer == 0)
        }

        @Test func `4: an API key is inspected`() async throws {
            let administrator = try await administratorToken()
            let current = try await server.get("/api/engine/v2/users/current?bearer_token=\(administrator)").json
            let made = try await server.send(
                "POST", "/api/engine/v2/api_keys?bearer_token=\(administrator)", ["Content-Type": "application/json"],
                body: """
                    {"name":"kiosk","scopes":["public.read"],"permissions":"support",\
                    "user_id":"\(current["id"]?.string ?? "")"}
                    """)
            #expect(made.status == 201, "\(made.text)")
            let key = try #require(try made.json["x_api_key"]?.string)

            let reply = try await server.get("/api/engine/v2/api_keys/inspect?api-key=\(key)")

            #expect(reply.status == 200)
            #expect(try reply.json["scope"]?.strings == ["public.read"])
            #expect(try reply.json["u"]?["p"]?.integer == 1)
        }

        /// Becomes the administrator by the link of the banner, as its reader does.
        private func administratorToken() async throws -> String {
            let link = try #require(
                server.banner.split(whereSeparator: \.isWhitespace).first { $0.contains("/auth/setup?") })
            let token = try #require(link.split(separator: "token=").last)
            let form: KeyValuePairs = [
                "token": String(token), "email": "admin@example.com", "name": "Ada",
                "password": "correct horse battery",
            ]
            let reply = try await server.post("/auth/setup", form: form)
            #expect(reply.status == 303, "\(reply.text)")
            let cookie = "user=\(try #require(reply.cookie("user")))"
            return try TokenPair(try await server.redeem(try await server.code(cookie))).access
        }

        @Test func `5: a local sign-in by the query alone sets the user cookie`() async throws {
            let reply = try await server.wire.send(
                """
                POST /auth/signin?email=service@account.com&password=developer HTTP/1.1\r
                Host: localhost:\(server.port)\r
                \r

                """)

            #expect(reply.status == 202)
            #expect(reply.body.isEmpty)
            let cookie = try #require(reply.setCookie("user"))
            #expect(cookie.contains("; Path=/auth;"))
            #expect(cookie.contains("; HttpOnly"))
            #expect(reply.cookie("user")?.isEmpty == false)
        }

        @Test func `10: a refresh token gives a new pair with the same scope, without a secret`() async throws {
            let first = try TokenPair(try await server.passwordGrant(scope: "public mqtt.read"))

            let reply = try await server.refresh(first.refresh)

            try expectTokens(reply, scope: "public mqtt.read")
            let second = try TokenPair(reply)
            #expect(second.access != first.access)
            #expect(second.refresh != first.refresh)
        }
    }
}
