import Foundation
import OAuth
import Testing

@Suite("gatehouse config, doctor, recover and help", .serialized, .timeLimit(.minutes(2)))
struct CommandLineOperatorTests {
    let site: Installation

    init() throws { site = try Installation() }

    @Test func `config tells where a setting comes from, and no secret`() async throws {
        let outcome = try await CommandLineProcess.run(
            ["config", "--listen", "127.0.0.1:9999", "--data", site.data, "--json"],
            environment: ["GATEHOUSE_REFRESH_GRACE": "7", "SECRET_KEY_BASE": "hush-hush"])

        let settings = try outcome.json
        #expect(settings["listen"]?["value"]?.string == "127.0.0.1:9999")
        #expect(settings["listen"]?["source"]?.string == "command line")
        #expect(settings["refresh-grace"]?["value"]?.string == "7")
        #expect(settings["refresh-grace"]?["source"]?.string == "environment")
        #expect(settings["token-type"]?["source"]?.string == "default")
        #expect(settings["secret-key-base"]?["value"]?.string == "(set)")
        #expect(!outcome.output.contains("hush-hush"))
    }

    @Test func `config tells every fault at once`() async throws {
        let errors = try await site.failure("config", "--listen", "nonsense", "--refresh-grace", "999")

        #expect(errors.contains("listen must be host:port"))
        #expect(errors.contains("refresh-grace must be 0 to 300 seconds"))
    }

    @Test func `doctor is content with a server that runs`() async throws {
        try await site.createUser("admin@example.com", "--admin")

        try await site.serving { server in
            let report = try await site.json("doctor", "--url", server.url)

            #expect(report["ok"]?.bool == true)
            let subjects = report["checks"]?.array?.compactMap { $0["check"]?.string } ?? []
            #expect(
                Set(subjects).isSuperset(of: ["data folder", "master key", "keys of localhost", "passwords", "server"]))
        }
    }

    @Test func `doctor finds a folder that others can read, and no server`() async throws {
        try await site.createUser("admin@example.com", "--admin")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: site.data)

        let outcome = try await site.run("doctor", "--url", "http://127.0.0.1:1")

        #expect(outcome.status == 1)
        #expect(outcome.output.contains("Run: chmod 700 \(site.data)"))
        #expect(outcome.output.contains("WRONG  server"))
    }

    @Test func `doctor makes nothing where nothing is`() async throws {
        let outcome = try await site.run("doctor")

        #expect(outcome.status == 1)
        #expect(!FileManager.default.fileExists(atPath: site.data))
    }

    @Test func `recover prints a link that works once`() async throws {
        try await site.createUser("admin@example.com", "--admin")

        try await site.serving { server in
            let link = try await site.run("recover", "--origin", server.url)
            let url = link.output.trimmingCharacters(in: .newlines)
            #expect(url.hasPrefix("\(server.url)/auth/setup?token="))
            #expect(try await server.get(url).status == 200)

            let json = try await site.json("recover")
            #expect(json["url"]?.string?.hasPrefix("http://localhost:8080/auth/setup?token=") == true)
        }
    }

    @Test func `a folder that isn't there is told with what to do`() async throws {
        let errors = try await site.failure("user", "list")

        #expect(errors.contains("There is no data folder at \(site.data)."))
    }

    @Test func `a domain that isn't there is told with what to do`() async throws {
        try await site.createUser("admin@example.com", "--admin")

        #expect(
            try await site.failure("app", "list", "--domain", "nowhere")
                == "Error: There is no domain \"nowhere\". See: gatehouse domain list\n")
    }

    @Test func `a misspelled command is a misspelling`() async throws {
        let outcome = try await CommandLineProcess.run(["user", "craete"])

        #expect(outcome.status == 64)
    }

    @Test func `every command has an abstract and an example, every option its help`() async throws {
        let outcome = try await CommandLineProcess.run(["--experimental-dump-help"])
        let root = try #require(try outcome.json["command"])

        var commands: [(String, JSON)] = [("gatehouse", root)]
        var count = 0
        while let (path, command) = commands.popLast() {
            let name = command["commandName"]?.string ?? ""
            for child in command["subcommands"]?.array ?? [] where child["commandName"]?.string != "help" {
                commands.append(("\(path) \(child["commandName"]?.string ?? "")", child))
            }
            count += 1
            #expect(command["abstract"]?.string?.isEmpty == false, "\(path)")
            if !["gatehouse", "serve"].contains(name) {
                #expect(command["discussion"]?.string?.contains("Example: ") == true, "\(path)")
            }
            for argument in command["arguments"]?.array ?? [] {
                #expect(
                    argument["abstract"]?.string?.isEmpty == false, "\(path): \(argument["valueName"]?.string ?? "?")")
            }
        }
        #expect(count > 30)
    }
}
