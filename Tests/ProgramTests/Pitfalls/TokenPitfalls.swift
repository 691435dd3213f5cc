import Cryptography
import OAuth
import Testing

extension TheProgram {
    /// Where other implementations of these endpoints went wrong, at the token endpoint.
    @Suite("Pitfalls: codes and refresh tokens", .served)
    struct TokenPitfalls {
        private let server: GatehouseProcess
        init() throws { server = try Served.server }

        private func claims(_ token: String) throws -> JSON {
            let part = try #require(token.split(separator: ".").dropFirst().first)
            return try JSON(parsing: try #require(Base64URL.decode(String(part))))
        }

        @Test func `two refreshes later the scope is still the granted one`() async throws {
            let first = try TokenPair(try await server.passwordGrant(scope: "public mqtt.read"))
            let second = try TokenPair(try await server.refresh(first.refresh))

            let reply = try await server.refresh(second.refresh)

            #expect(try reply.json["scope"]?.string == "public mqtt.read")
            #expect(try claims(TokenPair(reply).access)["scope"]?.strings == ["public", "mqtt.read"])
        }

        @Test func `a refreshed token still speaks for the same user`() async throws {
            let first = try TokenPair(try await server.passwordGrant())

            let second = try TokenPair(try await server.refresh(first.refresh))

            let (before, after) = (try claims(first.access), try claims(second.access))
            #expect(before["sub"]?.string?.hasPrefix("user-") == true)
            for name in ["sub", "aud", "u", "iss"] { #expect(after[name] == before[name]) }
        }

        @Test func `a client that refreshes twice at boot gets tokens both times, and both go on`() async throws {
            let first = try TokenPair(try await server.passwordGrant())

            let sibling = try TokenPair(try await server.refresh(first.refresh))
            let other = try TokenPair(try await server.refresh(first.refresh))

            #expect(sibling.refresh != other.refresh)
            #expect(try await server.refresh(sibling.refresh).status == 200)
            #expect(try await server.refresh(other.refresh).status == 200)
        }

        @Test func `a revoked refresh token refreshes nothing`() async throws {
            let pair = try TokenPair(try await server.passwordGrant())

            let reply = try await server.revoke(pair.refresh)

            #expect(reply.status == 200)
            #expect(reply.text == "{}")
            #expect(try await server.refresh(pair.refresh).error == "invalid_grant")
            #expect(try await !server.accepts(pair.access))
        }

        @Test func `revoking the access token ends the refresh token too`() async throws {
            let pair = try TokenPair(try await server.passwordGrant())

            #expect(try await server.revoke(pair.access).status == 200)

            #expect(try await server.refresh(pair.refresh).status == 400)
            #expect(try await !server.accepts(pair.access))
        }

        @Test func `revoking a token nobody knows succeeds`() async throws {
            #expect(try await server.revoke("nobody-knows-this").status == 200)
        }

        @Test func `leaving the verifier out does not skip PKCE`() async throws {
            let verifier = String(repeating: "v", count: 43)
            let extra: KeyValuePairs = [
                "code_challenge": Digests.sha256Base64URL(verifier), "code_challenge_method": "S256",
            ]
            let code = try await server.code(try await server.session(), extra: extra)

            #expect(try await server.redeem(code).error == "invalid_request")
            #expect(try await server.redeem(code, extra: ["code_verifier": ""]).status == 400)
            #expect(try await server.redeem(code, extra: ["code_verifier": verifier]).status == 200)
        }

        @Test func `a verifier for a code without a challenge is refused`() async throws {
            let code = try await server.code(try await server.session())

            let reply = try await server.redeem(code, extra: ["code_verifier": String(repeating: "v", count: 43)])

            #expect(reply.error == "invalid_grant")
        }

        @Test("a challenge is base64url, padded or not", arguments: ["", "="])
        func challengePadding(_ padding: String) async throws {
            // One whose digest has both characters in which base64url differs from base64.
            let verifier = try #require(
                (0..<1_000).lazy.map { "verifier-" + String(repeating: "0", count: 34) + String($0) }.first {
                    let digest = Digests.sha256Base64URL($0)
                    return digest.contains("-") && digest.contains("_")
                })
            let extra: KeyValuePairs = [
                "code_challenge": Digests.sha256Base64URL(verifier) + padding, "code_challenge_method": "S256",
            ]
            let code = try await server.code(try await server.session(), extra: extra)

            #expect(try await server.redeem(code, extra: ["code_verifier": verifier]).status == 200)
        }

        @Test func `a replayed code is refused, and the tokens of its first use are revoked`() async throws {
            let code = try await server.code(try await server.session())
            let pair = try TokenPair(try await server.redeem(code))

            let replay = try await server.redeem(code)

            #expect(replay.status == 400)
            #expect(replay.error == "invalid_grant")
            #expect(try await server.refresh(pair.refresh).error == "invalid_grant")
            #expect(try await !server.accepts(pair.access))
        }

        @Test func `a bad request of a single-page application is shown, since ts-client would ask again for ever`()
            async throws
        {
            let reply = try await server.authorize(try await server.session(), scope: "public zones")

            #expect(reply.status == 400)
            #expect(reply.location == nil)
            #expect(reply["Content-Type"]?.hasPrefix("text/html") == true)
        }

        @Test(
            "an unregistered redirect URI is never followed",
            arguments: [
                "https://evil.example/", "https://localhost:8443/backoffice/oauth-resp.html/",
                "https://localhost:8443/backoffice/oauth-resp.html?x=1",
                "https://LOCALHOST:8443/backoffice/oauth-resp.html",
                "https://localhost/backoffice/oauth-resp.html", "http://localhost:8443/backoffice/oauth-resp.html",
                "https://localhost:8443/backoffice/../evil",
                "https://localhost:8443@evil.example/backoffice/oauth-resp.html",
                "//evil.example", "javascript:alert(1)",
            ])
        func unregisteredRedirect(_ uri: String) async throws {
            let reply = try await server.get(
                "/auth/oauth/authorize?"
                    + GatehouseProcess.form(["response_type": "code", "client_id": Demo.clientID, "redirect_uri": uri]),
                ["Cookie": try await server.session()])

            #expect(reply.status == 400)
            #expect(reply.location == nil)
        }

        @Test func `a public application needs no secret, and a left-over one does no harm`() async throws {
            let form: KeyValuePairs = [
                "grant_type": "password", "username": Demo.user, "password": Demo.password, "client_id": Demo.clientID,
                "client_secret": "left over",
            ]

            #expect(try await server.post("/auth/oauth/token", form: form).status == 200)
        }

        @Test func `signing out and in again within a second gives a token that works`() async throws {
            let first = try await server.session()
            let old = try TokenPair(try await server.redeem(try await server.code(first)))
            let left = try await server.get("/auth/logout", ["Cookie": first])
            #expect(left.status == 302)

            let again = try await server.session()
            let fresh = try TokenPair(try await server.redeem(try await server.code(again)))

            #expect(try await server.accepts(fresh.access))
            #expect(try await !server.accepts(old.access))
        }

        @Test func `the Location ends with the code whatever the state says`() async throws {
            let cookie = try await server.session()
            let plain = try #require(try await server.authorize(cookie).location)
            let state = "a;b&code=x#/?é"
            let stated = try #require(try await server.authorize(cookie, extra: ["state": state]).location)

            #expect(plain.hasPrefix(Demo.redirectURI + "?iss=http%3A%2F%2Flocalhost%3A\(server.port)&code="))
            #expect(stated.hasPrefix("\(Demo.redirectURI)?state=\(percentEncoded(state))&iss="))
            for location in [plain, stated] {
                let code = try #require(location.split(separator: "code=").last)
                #expect(try await server.redeem(String(code)).status == 200)
            }
        }

        @Test func `the log repeats no secret`() async throws {
            let cookie = try await server.session()
            let code = try await server.code(cookie)
            let pair = try TokenPair(try await server.redeem(code))
            _ = try await server.redeem(code)
            _ = try await server.refresh(pair.refresh)
            _ = try await server.get("/auth/oauth/token/info?bearer_token=\(pair.access)")
            _ = try await server.get("/auth/oauth/userinfo?api-key=key-in-a-query.secret")
            _ = try await server.post("/auth/signin", form: ["email": Demo.user, "password": "a wrong password"])

            #expect(!server.log.isEmpty)
            for secret in [
                String(cookie.dropFirst(5)), code, pair.access, pair.refresh, "key-in-a-query", "a wrong password",
            ] { #expect(!server.log.contains(secret)) }
        }
    }
}
