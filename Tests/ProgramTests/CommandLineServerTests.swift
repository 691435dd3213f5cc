import Foundation
import OAuth
import Testing

@Suite("a running server acts on the command line's changes at once", .serialized, .timeLimit(.minutes(2)))
struct CommandLineServerTests {
    let site: Installation

    init() throws { site = try Installation() }

    @Test func `an application, its users and their tokens`() async throws {
        try await site.serving { server in
            try await site.createUser("admin@example.com", "--admin")
            try await site.createUser("jane@example.com")
            let app = try await site.json(
                "app", "create", "--name", "N", "--redirect-uri", "https://a.example/cb", "--public",
                "--scope", "public openid")
            let clientID = try #require(app["client_id"]?.string)

            let first = try await bearer(server, clientID)
            #expect(try await server.get("/auth/oauth/userinfo", headers: [first]).status == 200)

            // A user who is disabled loses every token, for good.
            _ = try await site.json("user", "update", "jane@example.com", "--disabled")
            #expect(try await server.get("/auth/oauth/userinfo", headers: [first]).status == 401)
            _ = try await site.json("user", "update", "jane@example.com", "--no-disabled")
            #expect(try await server.get("/auth/oauth/userinfo", headers: [first]).status == 401)

            let second = try await bearer(server, clientID)
            #expect(try await server.get("/auth/oauth/userinfo", headers: [second]).status == 200)
            _ = try await site.json(
                "user", "set-password", "jane@example.com", "--password-stdin", input: "another long phrase")
            #expect(try await server.get("/auth/oauth/userinfo", headers: [second]).status == 401)

            _ = try await site.json("app", "delete", clientID)
            let refused = try await token(server, clientID, "another long phrase")
            #expect(refused.status == 1)
            #expect(refused.errors.contains("invalid_client"))
        }
    }

    @Test func `a rotated key is published beside the one before it`() async throws {
        try await site.serving { server in
            let before = try await keys(server)
            #expect(before.count == 1)

            let new = try await site.json("key", "rotate")

            let after = try await keys(server)
            #expect(after.isSuperset(of: before))
            #expect(after.count == 2)
            #expect(after.contains(new["id"]?.string ?? ""))
        }
    }

    @Test func `a new domain has its own keys`() async throws {
        try await site.serving { server in
            #expect(
                try await server.get("/.well-known/jwks.json", headers: [("Host", "sso.example.com")]).status == 404)

            _ = try await site.json("domain", "create", "--host", "sso.example.com", "--name", "Example")

            #expect(
                try await server.get("/.well-known/jwks.json", headers: [("Host", "sso.example.com")]).status == 200)
        }
    }

    @Test func `a second server on the same folder is refused`() async throws {
        try await site.serving { _ in
            let errors = try await site.failure("serve", "--listen", "127.0.0.1:0")

            #expect(errors.contains("Another Gatehouse serves the data folder"))
            #expect(errors.contains("--data"))
        }
    }

    private func bearer(_ server: RunningServer, _ clientID: String) async throws -> (String, String) {
        let outcome = try await token(server, clientID, "a fine long phrase")
        try #require(outcome.status == 0, "\(outcome.errors)")
        return ("Authorization", "Bearer \(outcome.output.trimmingCharacters(in: .newlines))")
    }

    private func token(_ server: RunningServer, _ clientID: String, _ password: String) async throws
        -> CommandLineProcess.Outcome
    {
        try await CommandLineProcess.run(
            [
                "token", "password", "--url", server.url, "--client-id", clientID, "--username", "jane@example.com",
                "--password-stdin", "--scope", "public openid",
            ], input: "\(password)\n")
    }

    private func keys(_ server: RunningServer) async throws -> Set<String> {
        let keys = try await server.get("/.well-known/jwks.json").json["keys"]?.array ?? []
        return Set(keys.compactMap { $0["kid"]?.string })
    }
}
