import Foundation
import OAuth
import Testing

/// The program, run as a person runs it.
struct CommandLineProcess {
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String

        /// The one JSON document on standard output.
        var json: JSON {
            get throws { try JSON(parsing: output.trimmingCharacters(in: .newlines)) }
        }
    }

    /// Runs to the end, or is killed after half a minute.
    @discardableResult
    static func run(_ arguments: [String], input: String? = nil, environment: [String: String] = [:]) async throws
        -> Outcome
    {
        let running = try CommandLineProcess(arguments, input: input, environment: environment)
        return try await running.outcome(within: .seconds(30))
    }

    private let process: Process
    private let folder: URL
    private let ends: AsyncStream<Int32>

    init(_ arguments: [String], input: String? = nil, environment: [String: String] = [:]) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-process-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func file(_ name: String, _ content: String = "") throws -> URL {
            let file = folder.appending(path: name)
            try Data(content.utf8).write(to: file)
            return file
        }

        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        // Files, not pipes: nobody has to empty them.
        process.standardInput = try FileHandle(forReadingFrom: file("input", input ?? ""))
        process.standardOutput = try FileHandle(forWritingTo: file("output"))
        process.standardError = try FileHandle(forWritingTo: file("errors"))
        var variables = ["GATEHOUSE_ARGON2_MEMORY": "8", "GATEHOUSE_ARGON2_ITERATIONS": "1", "HOME": folder.path()]
        variables["PATH"] = ProcessInfo.processInfo.environment["PATH"]
        variables["LD_LIBRARY_PATH"] = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"]
        process.environment = variables.merging(environment) { _, new in new }
        let (ends, end) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { process in
            end.yield(process.terminationStatus)
            end.finish()
        }
        self.process = process
        self.folder = folder
        self.ends = ends
        try process.run()
    }

    /// Beside the test bundle.
    private static var program: URL {
        let bundle = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments.first ?? "")
        return bundle.deletingLastPathComponent().appending(path: "gatehouse")
    }

    var output: String { text("output") }
    var errors: String { text("errors") }

    private func text(_ name: String) -> String {
        (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
    }

    /// Waits until the text is there.
    func waits<Found>(for find: (CommandLineProcess) -> Found?, within limit: Duration = .seconds(20)) async throws
        -> Found
    {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline, process.isRunning {
            if let found = find(self) { return found }
            try await Task.sleep(for: .milliseconds(20))
        }
        return try #require(find(self), "The program did not say it: \(output)\(errors)")
    }

    func interrupt() { process.interrupt() }

    /// What came of it. Its files are gone afterwards.
    func outcome(within limit: Duration) async throws -> Outcome {
        let killer = Task { [pid = process.processIdentifier] in
            try await Task.sleep(for: limit)
            kill(pid, SIGKILL)
        }
        let status = await ends.first { _ in true } ?? -1
        killer.cancel()
        let outcome = Outcome(status: status, output: output, errors: errors)
        try? FileManager.default.removeItem(at: folder)
        return outcome
    }
}
