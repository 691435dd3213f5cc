import OAuth
import Testing

@Suite("gatehouse domain and gatehouse key", .serialized, .timeLimit(.minutes(2)))
struct CommandLineDomainTests {
    let site: Installation

    init() throws { site = try Installation() }

    @Test func `a domain is created, shown, changed, listed and deleted`() async throws {
        try await site.createUser("admin@example.com", "--admin")
        let domain = try await site.json(
            "domain", "create", "--host", "https://SSO.Example.com/login", "--name", "Example")
        #expect(domain["host"]?.string == "sso.example.com")

        let updated = try await site.json(
            "domain", "update", "sso.example.com", "--password-grant", "service_accounts", "--shortest-password", "12",
            "--origin", "https://sso.example.com", "--internals", #"{"session_timeout":60}"#)
        #expect(updated["password_grant"]?.string == "service_accounts")
        #expect(updated["shortest_password"]?.integer == 12)
        #expect(updated["internals"]?["session_timeout"]?.integer == 60)
        #expect(try await site.json("domain", "show", "sso.example.com") == updated)

        let hosts = try await site.json("domain", "list").array?.compactMap { $0["host"]?.string }
        #expect(hosts.map(Set.init) == ["localhost", "sso.example.com"])

        #expect(try await site.failure("domain", "delete", "sso.example.com").contains("Say --yes to do it."))
        #expect(try await site.json("domain", "delete", "sso.example.com", "--yes")["deleted"] == domain["id"])
        #expect(try await site.failure("domain", "show", "sso.example.com").contains("There is no domain"))
    }

    @Test func `faults name the option`() async throws {
        #expect(
            try await site.failure("domain", "create", "--host", "local host", "--name", "N")
                == "Error: --host must be a host name.\n")
        #expect(
            try await site.failure("domain", "create", "--host", "localhost", "--name", "N")
                == "Error: --host is taken.\n")
        #expect(
            try await site.failure("domain", "update", "localhost", "--config", "[]")
                .contains("--config must be a JSON object"))
        #expect(
            try await site.failure("domain", "update", "localhost", "--login-url", "javascript:alert(1)")
                .contains("--login-url must be a path"))
    }

    @Test func `a key of another algorithm becomes the domain's`() async throws {
        try await site.createUser("admin@example.com", "--admin")

        let key = try await site.json("key", "rotate", "--domain", "localhost", "--algorithm", "ES256")

        #expect(key["algorithm"]?.string == "ES256")
        #expect(try await site.json("domain", "show", "localhost")["signing_algorithm"]?.string == "ES256")
        let signing = try await site.json("key", "list").array?.filter { $0["signs"]?.bool == true }
        #expect(signing.map { Set($0.compactMap { $0["algorithm"]?.string }) } == ["RS256", "ES256"])
    }

    @Test func `without an algorithm the domain's own is rotated, and the key before it is deleted by hand`()
        async throws
    {
        try await site.createUser("admin@example.com", "--admin")
        _ = try await site.json("key", "rotate", "--algorithm", "EdDSA")

        let key = try await site.json("key", "rotate")

        #expect(key["algorithm"]?.string == "EdDSA")
        let retired = try await site.json("key", "list").array?.first { $0["signs"]?.bool == false }
        #expect(retired?["published_until"]?.integer != nil)
        let id = try #require(retired?["id"]?.string)
        #expect(try await site.json("key", "delete", id)["deleted"]?.string == id)
        #expect(
            try await site.failure("key", "delete", key["id"]?.string ?? "")
                == "Error: The key is not there, or still signs: rotate it first.\n")
    }

    @Test func `a file without a private key is refused`() async throws {
        try await site.createUser("admin@example.com", "--admin")

        #expect(try await site.failure("key", "import", "/no/such/file") == "Error: /no/such/file can't be read.\n")
        #expect(try await site.failure("key", "import", "/dev/null").contains("/dev/null holds no usable private key."))
    }
}
