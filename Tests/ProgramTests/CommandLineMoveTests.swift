import Foundation
import GRDB
import OAuth
import Testing

@Suite("gatehouse move", .serialized, .timeLimit(.minutes(2)))
struct CommandLineMoveTests {
    let site: Installation
    let target: TemporaryFolder

    init() throws {
        site = try Installation()
        target = try TemporaryFolder()
    }

    private var source: String { "sqlite:\(site.data)/gatehouse.sqlite" }
    private var destination: String { "sqlite:\(target.path)/moved.sqlite" }

    private func move(_ more: String...) async throws -> CommandLineProcess.Outcome {
        try await CommandLineProcess.run(["move", "--from", source, "--to", destination] + more)
    }

    @Test func `everything is in the other database, and commands work on it`() async throws {
        try await site.createUser("admin@example.com", "--admin")

        let outcome = try await move("--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try outcome.json["identical"]?.bool == true)
        #expect(try outcome.json["tables"]?["user_account"]?.integer == 1)

        let users = try await site.json("user", "list", "--database", destination)
        #expect(users.array?.compactMap { $0["email"]?.string } == ["admin@example.com"])
        let report = try await site.run("doctor", "--database", destination)
        #expect(!report.output.contains("WRONG  keys"), "\(report.output)")
        let again = try await move()
        #expect(again.status == 1)
        #expect(again.errors.contains("The target has rows of its own already"))
    }

    @Test func `people are told what to set next`() async throws {
        try await site.createUser("admin@example.com", "--admin")

        let outcome = try await move()

        #expect(outcome.output.contains("GATEHOUSE_DATABASE=\(destination)\n"))
        #expect(outcome.output.contains("every node needs it"))
    }

    @Test func `nothing is moved while a server runs`() async throws {
        try await site.createUser("admin@example.com", "--admin")

        try await site.serving { _ async throws in
            let outcome = try await move()
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("Another Gatehouse serves the data folder"))
            #expect(outcome.errors.contains("Stop it first."))
        }

        #expect(!FileManager.default.fileExists(atPath: target.path + "/moved.sqlite"))
    }

    @Test func `nothing is moved while a server runs on a database outside its data folder`() async throws {
        try await site.createUser("admin@example.com", "--admin", "--database", destination)

        let server = try CommandLineProcess([
            "serve", "--data", site.data, "--database", destination, "--listen", "127.0.0.1:0",
        ])
        _ = try await server.waits { $0.output.contains("serves ") ? true : nil }
        let elsewhere = "sqlite:\(target.path)/elsewhere.sqlite"
        let outcome = try await CommandLineProcess.run(["move", "--from", destination, "--to", elsewhere])
        server.interrupt()
        _ = try await server.outcome(within: .seconds(20))

        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("Another program has \(target.path)/moved.sqlite open. Stop it first."))
    }

    @Test func `a database that is only half filled is not served, nor backed up`() async throws {
        try await site.createUser("admin@example.com", "--admin")
        #expect(try await move().status == 0)
        let database = try DatabaseQueue(path: target.path + "/moved.sqlite")
        try await database.write {
            try $0.execute(
                sql: #"INSERT INTO setting VALUES ('unfinished-move', '{"origin":"x","place":"sqlite:old.sqlite"}')"#)
        }
        try database.close()

        for command in [["serve"], ["user", "list"], ["backup", "--to", target.path + "/backup.sqlite"]] {
            let outcome = try await CommandLineProcess.run(
                command + ["--data", site.data, "--database", destination])
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("gatehouse move --from sqlite:old.sqlite"), "\(outcome.errors)")
        }
        #expect(try await move().errors.contains("half filled by a move of another installation"))
    }

    @Test(
        "a wrong address is told with what to do",
        arguments: [
            ("sqlite:", "sqlite:b", "--from must be sqlite:PATH"),
            ("mysql://a", "sqlite:b", "--from must be sqlite:PATH"),
            ("sqlite:/nowhere/a.sqlite", "sqlite:b", "There is no database at sqlite:/nowhere/a.sqlite."),
        ])
    func addresses(from: String, to: String, sentence: String) async throws {
        let outcome = try await CommandLineProcess.run(["move", "--from", from, "--to", to])

        #expect(outcome.status == 1)
        #expect(outcome.errors.contains(sentence))
    }
}
