import Foundation
import OAuth
import Testing

/// A data folder of its own, gone with the test, and the program run on it.
final class Installation: Sendable {
    let data: String
    private let parent: URL

    init() throws {
        parent = FileManager.default.temporaryDirectory.appending(path: "gatehouse-data-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        data = parent.appending(path: "data").path()
    }

    deinit { try? FileManager.default.removeItem(at: parent) }

    func run(_ arguments: String..., input: String? = nil) async throws -> CommandLineProcess.Outcome {
        try await CommandLineProcess.run(arguments + ["--data", data], input: input)
    }

    /// The JSON document of a command that must succeed.
    func json(_ arguments: String..., input: String? = nil) async throws -> JSON {
        let outcome = try await CommandLineProcess.run(arguments + ["--data", data, "--json"], input: input)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try outcome.json
    }

    /// The sentences of a command that must fail.
    func failure(_ arguments: String..., input: String? = nil) async throws -> String {
        let outcome = try await CommandLineProcess.run(arguments + ["--data", data], input: input)
        #expect(outcome.status == 1)
        #expect(outcome.output == "")
        return outcome.errors
    }

    @discardableResult
    func createUser(_ email: String, password: String = "a fine long phrase", _ more: String...) async throws -> JSON {
        let arguments = [
            "user", "create", "--email", email, "--name", "Somebody", "--password-stdin", "--data", data, "--json",
        ]
        let outcome = try await CommandLineProcess.run(arguments + more, input: password)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try outcome.json
    }

    /// Starts a server, lets the test use it, and stops it whatever happens.
    func serving(_ use: (RunningServer) async throws -> Void) async throws {
        let process = try CommandLineProcess([
            "serve", "--data", data, "--listen", "127.0.0.1:0", "--log-level", "error",
        ])
        do {
            let url = try await process.waits { running in
                running.output.firstMatch(of: /serves (http:\/\/localhost:\d+)\n/).map { String($0.1) }
            }
            try await use(RunningServer(url: url))
        } catch {
            process.interrupt()
            _ = try await process.outcome(within: .seconds(20))
            throw error
        }
        process.interrupt()
        let outcome = try await process.outcome(within: .seconds(20))
        #expect(outcome.status == 0, "\(outcome.errors)")
    }
}
