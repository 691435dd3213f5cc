import OAuth
import Testing

@Suite("gatehouse app", .serialized, .timeLimit(.minutes(2)))
struct CommandLineApplicationTests {
    let site: Installation

    init() throws { site = try Installation() }

    @Test func `a public application has PlaceOS's client_id and no secret`() async throws {
        let app = try await site.json(
            "app", "create", "--domain", "localhost", "--name", "N", "--redirect-uri", "https://app.example/cb",
            "--redirect-uri", "http://127.0.0.1/callback", "--public", "--scope", "public openid", "--profile",
            "oauth2.1")

        // MD5 of https://app.example/cb
        #expect(app["client_id"]?.string == "3ea0afee6421b89ed61a5b32ab22dbda")
        #expect(app["client_secret"] == .null)
        #expect(app["id"]?.integer != nil)
        #expect(app["redirect_uris"]?.strings == ["https://app.example/cb", "http://127.0.0.1/callback"])
        #expect(app["scope"]?.string == "public openid")
        #expect(app["profile"]?.string == "oauth2.1")
        #expect(app["access_token_format"]?.string == "jwt")
    }

    @Test func `one option takes several redirect URIs`() async throws {
        let app = try await site.json(
            "app", "create", "--name", "N", "--redirect-uri", "https://a.example/cb", "https://b.example/cb", "--public"
        )

        #expect(app["redirect_uris"]?.strings == ["https://a.example/cb", "https://b.example/cb"])
    }

    @Test func `a confidential application acts as its service account`() async throws {
        let account = try await site.createUser("service@example.com", "--service-account")

        let app = try await site.json(
            "app", "create", "--name", "Sync", "--confidential", "--service-account", "service@example.com",
            "--access-token-format", "opaque", "--third-party")

        #expect(app["client_secret"]?.string?.isEmpty == false)
        #expect(app["service_account"] == account["id"])
        #expect(app["access_token_format"]?.string == "opaque")
        #expect(app["third_party"]?.bool == true)
    }

    @Test func `an application is created, shown, changed, listed and deleted`() async throws {
        let app = try await site.json(
            "app", "create", "--name", "N", "--redirect-uri", "https://a.example/cb", "--public")
        let id = try #require(app["client_id"]?.string)

        #expect(try await site.json("app", "show", id)["name"]?.string == "N")
        #expect(try await site.json("app", "show", "N")["client_id"]?.string == id)

        let updated = try await site.json(
            "app", "update", id, "--name", "M", "--redirect-uri", "https://c.example/cb", "--scope", "public",
            "--disabled")
        #expect(updated["name"]?.string == "M")
        #expect(updated["client_id"]?.string == id)
        #expect(updated["redirect_uris"]?.strings == ["https://c.example/cb"])
        #expect(updated["disabled"]?.bool == true)

        let names = try await site.json("app", "list").array?.compactMap { $0["name"]?.string }
        #expect(names == ["Backoffice", "M"])

        #expect(try await site.json("app", "delete", "M")["client_id"]?.string == id)
        #expect(try await site.failure("app", "show", id).contains("There is no application"))
    }

    @Test func `a secret is rotated, and never shown again`() async throws {
        let app = try await site.json("app", "create", "--name", "Sync", "--confidential")
        let id = try #require(app["client_id"]?.string)

        let rotated = try await site.json("app", "rotate-secret", id)

        #expect(rotated["client_secret"]?.string?.isEmpty == false)
        #expect(rotated["client_secret"] != app["client_secret"])
        #expect(try await site.json("app", "show", id)["client_secret"] == nil)
    }

    @Test func `a public application has no secret to rotate`() async throws {
        _ = try await site.json("app", "create", "--name", "N", "--redirect-uri", "https://a.example/cb", "--public")

        #expect(try await site.failure("app", "rotate-secret", "N").contains("A public application has no secret."))
    }

    @Test func `every fault is told at once, by its option`() async throws {
        let errors = try await site.failure(
            "app", "create", "--name", "", "--public", "--scope", "public mqtt.admin",
            "--redirect-uri", "https://a.example/cb#top", "ftp://a.example")

        #expect(errors.contains("--name can't be blank."))
        #expect(errors.contains("--redirect-uri https://a.example/cb#top has a fragment"))
        #expect(errors.contains("--redirect-uri ftp://a.example uses a scheme"))
        #expect(errors.contains("--scope mqtt.admin has a suffix"))
    }

    @Test func `public or confidential must be said`() async throws {
        let outcome = try await site.run("app", "create", "--name", "N")

        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("--public"))
    }
}
