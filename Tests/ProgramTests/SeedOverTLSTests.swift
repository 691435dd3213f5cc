import Cryptography
import OAuth
import Testing

extension TheProgram {
    /// The documentation's authorization code flow: https and plain http on one port.
    @Suite("The documentation's code flow, on a port with TLS", .servedOverTLS)
    struct SeedOverTLSTests {
        private let server: GatehouseProcess
        init() throws { server = try Served.server }

        /// As Crystal's `URI.encode_path_segment` writes it.
        private static let redirectURI = "https:%2F%2Flocalhost:8443%2Fbackoffice%2Foauth-resp.html"

        /// The cookie as the documentation shows it: taken from a sign-in, percent-encoded.
        private func cookie() async throws -> String {
            let reply = try await server.secureWire.send(
                """
                POST /auth/signin?email=service@account.com&password=developer HTTP/1.1\r
                Host: localhost:8443\r
                \r

                """)
            #expect(reply.status == 202)
            let cookie = try #require(reply.setCookie("user"))
            #expect(cookie.contains("; Secure"))
            return "user=\(percentEncoded(try #require(reply.cookie("user"))))"
        }

        private func authorize(_ cookie: String, _ more: String = "") async throws -> HTTPReply {
            try await server.secureWire.send(
                """
                GET /auth/oauth/authorize?response_type=code&scope=public&client_id=\(Demo.clientID)\
                &redirect_uri=\(Self.redirectURI)\(more) HTTP/1.1\r
                Host: localhost:8443\r
                Cookie: \(cookie)\r
                \r

                """)
        }

        private func token(_ code: String, _ more: String = "", headers: String = "") async throws -> HTTPReply {
            try await server.wire.send(
                """
                POST /auth/oauth/token?grant_type=authorization_code&code=\(code)&client_id=\(Demo.clientID)\
                &redirect_uri=\(Self.redirectURI)\(more) HTTP/1.1\r
                Host: localhost:8443\r
                \(headers)\r

                """)
        }

        @Test func `7: with only the user cookie, the redirect ends with the code`() async throws {
            let reply = try await authorize(try await cookie())

            #expect(reply.status == 302)
            let location = try #require(reply.location)
            let code = try #require(location.split(separator: "code=").last)
            #expect(
                location
                    == "https://localhost:8443/backoffice/oauth-resp.html?iss=https%3A%2F%2Flocalhost%3A8443&code=\(code)"
            )
            #expect(percentEncoded(String(code)) == code, "the documentation sends the code on as it stands")
        }

        @Test(
            "8: the code is redeemed over plain http on the same port, without a body",
            arguments: [
                "", "Content-Length: 0\r\n", "Content-Length: 0\r\nContent-Type: application/x-www-form-urlencoded\r\n",
            ])
        func plainHTTP(_ headers: String) async throws {
            let location = try #require(try await authorize(try await cookie()).location)
            let code = try #require(location.split(separator: "code=").last)

            let reply = try await token(String(code), headers: headers)

            try #require(reply.status == 200, "\(reply.text)")
            let json = try reply.json
            #expect(
                json.members?.map(\.name)
                    == ["access_token", "token_type", "expires_in", "refresh_token", "scope", "created_at"])
            #expect(json["token_type"]?.string == "bearer")
            #expect(json["expires_in"]?.integer == 7_200)
            #expect(json["scope"]?.string == "public")
        }

        @Test func `9: with PKCE the verifier is asked for, and a wrong one uses nothing up`() async throws {
            let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
            let challenge = Digests.sha256Base64URL(verifier)
            let location = try #require(
                try await authorize(try await cookie(), "&code_challenge=\(challenge)&code_challenge_method=S256")
                    .location)
            let code = String(try #require(location.split(separator: "code=").last))

            let wrong = try await token(code, "&code_verifier=\(verifier.reversed().map(String.init).joined())")
            #expect(wrong.status == 400)
            #expect(wrong.error == "invalid_grant")
            #expect(try await token(code).error == "invalid_request")
            #expect(try await token(code, "&code_verifier=\(verifier)").status == 200)
        }

        @Test func `what comes over TLS tells browsers to stay with it`() async throws {
            let reply = try await server.secureWire.send(server.request("GET", "/login"))

            #expect(reply.status == 200)
            #expect(reply["Strict-Transport-Security"]?.hasPrefix("max-age=31536000") == true)
            #expect(try await server.get("/login")["Strict-Transport-Security"] == nil)
        }
    }
}
