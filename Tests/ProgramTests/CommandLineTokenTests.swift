import Foundation
import NIOHTTP1
import OAuth
import Testing

@Suite("gatehouse token, login and inspect", .serialized, .timeLimit(.minutes(2)))
struct CommandLineTokenTests {
    let site: Installation

    init() throws { site = try Installation() }

    @Test func `each grant prints its token`() async throws {
        try await site.createUser("jane@example.com", "--service-account")
        let app = try await site.json(
            "app", "create", "--name", "Sync", "--redirect-uri", "https://a.example/cb", "--confidential",
            "--service-account", "jane@example.com")
        let secret = ["GATEHOUSE_CLIENT_SECRET": try #require(app["client_secret"]?.string)]
        let clientID = try #require(app["client_id"]?.string)

        try await site.serving { server in
            let common = ["--url", server.url, "--client-id", clientID]
            let client = try await CommandLineProcess.run(
                ["token", "client-credentials"] + common, environment: secret)
            #expect(client.status == 0, "\(client.errors)")
            #expect(client.output.split(separator: ".").count == 3)

            let byInput = try await CommandLineProcess.run(
                ["token", "client-credentials", "--client-secret-stdin"] + common, input: app["client_secret"]?.string)
            #expect(byInput.status == 0, "\(byInput.errors)")

            let password = try await CommandLineProcess.run(
                ["token", "password", "--username", "jane@example.com", "--password-stdin", "--json"] + common,
                input: "a fine long phrase", environment: secret)
            #expect(password.status == 0, "\(password.errors)")

            let refreshed = try await CommandLineProcess.run(
                ["token", "refresh", "--refresh-token-stdin", "--json"] + common,
                input: try password.json["refresh_token"]?.string, environment: secret)
            #expect(refreshed.status == 0, "\(refreshed.errors)")
            #expect(try refreshed.json["refresh_token"] != password.json["refresh_token"])
        }
    }

    @Test func `a refusal is told in the server's words`() async throws {
        try await site.serving { server in
            let outcome = try await CommandLineProcess.run(
                ["token", "client-credentials", "--url", server.url, "--client-id", "nobody", "--client-secret-stdin"],
                input: "guess")

            #expect(outcome.status == 1)
            #expect(outcome.output == "")
            #expect(outcome.errors.contains("invalid_client"))
        }
    }

    @Test func `a server that isn't there is told with what to do`() async throws {
        let outcome = try await CommandLineProcess.run(
            [
                "token", "client-credentials", "--url", "http://127.0.0.1:1", "--client-id", "x",
                "--client-secret-stdin",
            ],
            input: "x")

        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("Nothing answers at http://127.0.0.1:1/auth/oauth/token: Connection refused."))
    }

    @Test func `a secret that isn't there is asked for by name`() async throws {
        let outcome = try await CommandLineProcess.run(["token", "client-credentials", "--client-id", "x"])

        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("GATEHOUSE_CLIENT_SECRET"))
    }

    @Test func `a browser's redirect ends the login`() async throws {
        try await site.createUser("jane@example.com")
        let app = try await site.json(
            "app", "create", "--name", "N", "--redirect-uri", "http://127.0.0.1/callback", "--public",
            "--scope", "public openid", "--profile", "oauth2.1")

        try await site.serving { server in
            let login = try CommandLineProcess([
                "login", "--url", server.url, "--client-id", app["client_id"]?.string ?? "", "--scope", "public openid",
                "--json",
            ])
            let address = try await login.waits { running in
                running.errors.firstMatch(of: /\n(http:\/\/\S+)\n/).map { String($0.1) }
            }
            let signedIn = try await server.post(
                "/auth/signin", form: [("email", "jane@example.com"), ("password", "a fine long phrase")])
            let cookies = signedIn.headers["set-cookie"].compactMap { $0.split(separator: ";").first }.joined(
                separator: "; ")
            let redirect = try await server.get(address, headers: [("Cookie", cookies)])
            let location = try #require(redirect.headers.first(name: "location"), "\(redirect.text)")
            try #require(location.hasPrefix("http://127.0.0.1:"))

            // Somebody else's redirect changes nothing.
            let callback = location.prefix { $0 != "?" }
            #expect(try await server.get("\(callback)?code=x&state=guess").status == 400)
            #expect(try await server.get(location).status == 200)

            let outcome = try await login.outcome(within: .seconds(20))
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try outcome.json["access_token"]?.string?.isEmpty == false)
            #expect(try outcome.json["id_token"]?.string?.isEmpty == false)
        }
    }

    @Test func `a response that names another issuer is not used`() async throws {
        let app = try await site.json(
            "app", "create", "--name", "N", "--redirect-uri", "http://127.0.0.1/callback", "--public")

        try await site.serving { server in
            let login = try CommandLineProcess([
                "login", "--url", server.url, "--client-id", app["client_id"]?.string ?? "",
            ])
            let address = try await login.waits { running in
                running.errors.firstMatch(of: /\n(http:\/\/\S+)\n/).map { String($0.1) }
            }
            let query = try #require(URLComponents(string: address)?.queryItems)
            let callback = try #require(query.first { $0.name == "redirect_uri" }?.value)
            let state = try #require(query.first { $0.name == "state" }?.value)

            _ = try await server.get("\(callback)?code=x&state=\(state)&iss=https%3A%2F%2Fevil.example")

            let outcome = try await login.outcome(within: .seconds(20))
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("names the issuer \"https://evil.example\""))
        }
    }

    @Test func `the server says whether it accepts a token or an API key, until the user is disabled`() async throws {
        try await site.createUser("jane@example.com")
        let app = try await site.json(
            "app", "create", "--name", "N", "--redirect-uri", "https://a.example/cb", "--public")
        let key = try await site.json("api-key", "create", "--user", "jane@example.com", "--name", "K")

        try await site.serving { server in
            let token = try await CommandLineProcess.run(
                [
                    "token", "password", "--url", server.url, "--client-id", app["client_id"]?.string ?? "",
                    "--username", "jane@example.com", "--password-stdin",
                ], input: "a fine long phrase")
            for credential in [token.output, key["x_api_key"]?.string ?? ""] {
                let outcome = try await CommandLineProcess.run(["inspect", "--url", server.url], input: credential)
                #expect(outcome.status == 0)
                #expect(outcome.output.contains("The server at \(server.url) accepts it"))
            }

            _ = try await site.json("user", "update", "jane@example.com", "--disabled")

            for credential in [token.output, key["x_api_key"]?.string ?? ""] {
                let outcome = try await CommandLineProcess.run(
                    ["inspect", "--url", server.url, "--json"], input: credential)
                #expect(outcome.status == 1)
                #expect(try outcome.json["server"]?.string == "refused")
            }
        }
    }

    @Test func `a token is decoded without being believed`() async throws {
        // {"alg":"none"} . {"sub":"ESC[31m","exp":0} .
        let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJcdTAwMWJbMzFtIiwiZXhwIjowfQ.x"

        let text = try await CommandLineProcess.run(["inspect", "--offline", "-"], input: "\(token)\n")
        let json = try await CommandLineProcess.run(["inspect", "--offline", "--json", token])

        #expect(text.output.contains("nothing of it is verified here"))
        #expect(text.output.contains("1970-01-01T00:00:00Z"))
        #expect(!text.output.contains("\u{1B}"))
        #expect(try json.json["header"]?["alg"]?.string == "none")
        #expect(try json.json["server"]?.string == "not asked")
    }

    @Test func `junk is no token, and breaks nothing`() async throws {
        for junk in ["a.b.c", "..", "x", "e30.e30", "\u{0}"] {
            let outcome = try await CommandLineProcess.run(["inspect", "--offline"], input: junk)
            #expect(outcome.status == 0)
            #expect(outcome.output.contains("This is no JWT"))
        }
    }
}
