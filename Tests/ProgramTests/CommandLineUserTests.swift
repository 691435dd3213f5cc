import Foundation
import OAuth
import Testing

@Suite("gatehouse user", .serialized, .timeLimit(.minutes(2)))
struct CommandLineUserTests {
    let site: Installation

    init() throws { site = try Installation() }

    @Test func `the first user makes the data folder, for its owner only`() async throws {
        let user = try await site.json(
            "user", "create", "--domain", "localhost", "--email", " Jane@Example.com ", "--name", "Jane Doe",
            "--password-stdin", "--admin", "--support", "--service-account", input: "a fine long phrase\n")

        #expect(user["email"]?.string == "jane@example.com")
        #expect(user["name"]?.string == "Jane Doe")
        #expect(
            [user["admin"], user["support"], user["service_account"], user["password"]].allSatisfy { $0?.bool == true })
        let attributes = try FileManager.default.attributesOfItem(atPath: site.data)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o700)
    }

    @Test func `a user is created, shown, changed, listed and deleted`() async throws {
        try await site.createUser("admin@example.com", "--admin")
        let user = try await site.createUser("jane@example.com", "--group", "staff", "--login-name", "jane")

        #expect(try await site.json("user", "show", "jane") == user)

        let updated = try await site.json(
            "user", "update", "jane@example.com", "--name", "Jane", "--support", "--disabled")
        #expect(updated["name"]?.string == "Jane")
        #expect(updated["support"]?.bool == true)
        #expect(updated["disabled"]?.bool == true)
        #expect(updated["groups"]?.strings == ["staff"])
        #expect(try await site.json("user", "update", "jane", "--no-disabled")["disabled"]?.bool == false)

        let emails = try await site.json("user", "list").array?.compactMap { $0["email"]?.string }
        #expect(emails.map(Set.init) == ["admin@example.com", "jane@example.com"])
        #expect(try await site.json("user", "list", "--search", "jane").array?.count == 1)

        #expect(try await site.json("user", "delete", "jane")["deleted"] == user["id"])
        #expect(
            try await site.failure("user", "show", "jane").contains(
                "There is no user \"jane\" in the domain localhost."))
    }

    @Test func `people read aligned text`() async throws {
        try await site.createUser("jane@example.com")

        let list = try await site.run("user", "list")

        let lines = list.output.split(separator: "\n")
        #expect(lines.first?.hasPrefix("EMAIL             NAME") == true)
        #expect(lines.last?.hasPrefix("jane@example.com  Somebody") == true)
    }

    @Test(
        "a password that can't be used is refused with a sentence",
        arguments: [
            ("short", "The password is shorter than 8 characters."),
            ("password1", "The password is one that many people use."),
            ("jane@example.com", "The password is made of the name, the e-mail address or the site."),
            ("", "The password is empty."),
        ])
    func badPassword(password: String, sentence: String) async throws {
        let errors = try await site.failure(
            "user", "create", "--email", "jane@example.com", "--name", "Jane", "--password-stdin", input: password)

        #expect(errors == "Error: \(sentence)\n")
    }

    @Test func `a weak password is taken when an administrator insists`() async throws {
        let user = try await site.createUser("jane@example.com", password: "dev", "--allow-weak-password")

        #expect(user["password"]?.bool == true)
    }

    @Test func `without a terminal the password must be given, or be refused by name`() async throws {
        let errors = try await site.failure("user", "create", "--email", "jane@example.com", "--name", "Jane")
        let user = try await site.json(
            "user", "create", "--email", "jane@example.com", "--name", "Jane", "--no-password")

        #expect(errors.contains("--password-stdin"))
        #expect(user["password"]?.bool == false)
    }

    @Test func `faults name the option`() async throws {
        try await site.createUser("jane@example.com")

        #expect(
            try await site.failure("user", "create", "--email", "nobody", "--name", "N", "--no-password")
                == "Error: --email must be an e-mail address.\n")
        #expect(
            try await site.failure("user", "create", "--email", "jane@example.com", "--name", "N", "--no-password")
                == "Error: --email is taken.\n")
        #expect(
            try await site.failure("user", "create", "--email", "x@example.com", "--name", "", "--no-password")
                == "Error: --name can't be blank.\n")
    }

    @Test func `the last administrator stays one`() async throws {
        try await site.createUser("admin@example.com", "--admin")

        for act in [["update", "admin@example.com", "--no-admin"], ["delete", "admin@example.com"]] {
            let outcome = try await CommandLineProcess.run(["user"] + act + ["--data", site.data])
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("Nobody would be left to administer the site."))
        }
    }
}
