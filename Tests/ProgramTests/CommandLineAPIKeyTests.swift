import OAuth
import Testing

@Suite("gatehouse api-key", .serialized, .timeLimit(.minutes(2)))
struct CommandLineAPIKeyTests {
    let site: Installation

    init() throws { site = try Installation() }

    @Test func `a key is created, shown, changed, listed and deleted`() async throws {
        try await site.createUser("jane@example.com")
        let key = try await site.json(
            "api-key", "create", "--user", "jane@example.com", "--name", "Kiosk", "--scope", "public",
            "--permissions", "admin_support", "--ttl", "3600")
        let id = try #require(key["id"]?.string)

        #expect(key["x_api_key"]?.string?.hasPrefix("\(id).") == true)
        #expect(key["permissions"]?.string == "admin_support")
        #expect(key["user"]?.string == "jane@example.com")
        let length = try #require(key["expires_at"]?.integer) - (try #require(key["created_at"]?.integer))
        #expect((3_600...3_601).contains(length))

        #expect(try await site.json("api-key", "show", "Kiosk")["id"]?.string == id)
        #expect(try await site.json("api-key", "show", id)["x_api_key"] == nil)

        let updated = try await site.json("api-key", "update", id, "--name", "Lobby", "--permissions", "user")
        #expect(updated["name"]?.string == "Lobby")
        #expect(updated["permissions"]?.string == "user")
        #expect(try await site.json("api-key", "list").array?.map { $0["id"]?.string } == [id])

        #expect(try await site.json("api-key", "delete", "Lobby")["deleted"]?.string == id)
        #expect(try await site.json("api-key", "list") == [])
    }

    @Test func `faults name the option`() async throws {
        try await site.createUser("jane@example.com")
        _ = try await site.json("api-key", "create", "--user", "jane@example.com", "--name", "Kiosk")

        #expect(
            try await site.failure("api-key", "create", "--user", "jane@example.com", "--name", "KIOSK")
                == "Error: --name is taken.\n")
        #expect(
            try await site.failure("api-key", "create", "--user", "jane@example.com", "--name", "A", "--ttl", "0")
                == "Error: --ttl must be at least 1.\n")
        #expect(
            try await site.failure("api-key", "create", "--user", "joe@example.com", "--name", "A")
                .contains("There is no user \"joe@example.com\" in the domain localhost."))
    }

    @Test func `an unknown level is a misspelling`() async throws {
        let outcome = try await site.run(
            "api-key", "create", "--user", "jane@example.com", "--name", "A", "--permissions", "root")

        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("admin_support"))
    }
}
