import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// The program itself, serving a data folder of its own on a free port of 127.0.0.1.
final class GatehouseProcess: Sendable {
    struct Options: Sendable {
        /// `nil`: a fresh one.
        var folder: TemporaryFolder?
        var isTLS = false
        var environment: [String: String] = [:]
        /// A command that runs the program, whose words come after these: `{folder}` is where it may write.
        var wrapper: [String] = []
    }

    struct DidNotStart: Error { let log: String }

    let folder: TemporaryFolder
    let port: Int
    let certificate: Certificate?
    /// What it printed when it was up.
    let banner: String
    private let process: Process
    private let outputs: TemporaryFolder

    /// Starts the program, waits until it serves, and ends it when `body` has: with SIGTERM and, should that not
    /// do within fifteen seconds, with SIGKILL.
    static func run(
        _ options: Options = Options(), _ body: (GatehouseProcess) async throws -> Void
    ) async throws {
        let server = try await GatehouseProcess(options)
        do { try await body(server) } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// Starts the program and waits until it serves. It is the caller's to stop; `run` does both.
    init(_ options: Options) async throws {
        folder = try options.folder ?? TemporaryFolder()
        outputs = try TemporaryFolder()
        certificate = options.isTLS ? try await Certificate.make(in: outputs) : nil
        var arguments = ["serve", "--data", folder.path + "/data", "--listen", "127.0.0.1:0", "--demo"]
        if let certificate {
            arguments += ["--tls-certificate", certificate.certificateFile, "--tls-key", certificate.keyFile]
        }
        let wrapper = options.wrapper.map { [path = folder.path] in $0.replacing("{folder}", with: path) }
        process = try Self.start(arguments, environment: options.environment, outputs: outputs, wrapper: wrapper)

        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            let text = outputs.read("banner")
            // The banner is one write, and ends with an empty line.
            if let port = Self.port(in: text), text.hasSuffix("\n\n") {
                self.port = port
                banner = text
                return
            }
            guard process.isRunning, ContinuousClock.now < deadline else {
                kill(process.processIdentifier, SIGKILL)
                throw DidNotStart(log: outputs.read("log"))
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Runs the program to its end, for what it says and how it ends when it can't serve.
    static func runToEnd(_ arguments: [String]) async throws -> (status: Int32, output: String) {
        let outputs = try TemporaryFolder()
        let process = try start(arguments, environment: [:], outputs: outputs)
        let deadline = ContinuousClock.now + .seconds(30)
        while process.isRunning {
            if ContinuousClock.now > deadline { kill(process.processIdentifier, SIGKILL) }
            try await Task.sleep(for: .milliseconds(10))
        }
        return (process.terminationStatus, outputs.read("banner") + outputs.read("log"))
    }

    private static func start(
        _ arguments: [String], environment: [String: String], outputs: TemporaryFolder, wrapper: [String] = []
    ) throws -> Process {
        let process = Process()
        let words = wrapper + [executable] + arguments
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        process.environment = [
            "PATH": "/usr/bin:/bin", "HOME": outputs.path, "GATEHOUSE_ARGON2_MEMORY": "8",
            "GATEHOUSE_ARGON2_ITERATIONS": "1", "GATEHOUSE_SIGN_IN_LIMIT_PER_SOURCE": "0",
        ].merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try outputs.newFile("banner")
        process.standardError = try outputs.newFile("log")
        try process.run()
        return process
    }

    /// Beside the test bundle: both are built into the same folder.
    private static let executable: String = {
        let bundle = ProcessInfo.processInfo.arguments.first ?? ""
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("gatehouse").path
    }()

    private static func port(in banner: String) -> Int? {
        guard let line = banner.split(separator: "\n").first(where: { $0.hasPrefix("Gatehouse ") }),
            let colon = line.lastIndex(of: ":")
        else { return nil }
        return Int(line[line.index(after: colon)...])
    }

    var isRunning: Bool { process.isRunning }
    var identifier: Int32 { process.processIdentifier }
    /// What it wrote about itself.
    var log: String { outputs.read("log") }

    func signal(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Ends it as a crash does, and waits until it is gone.
    func crash() async throws {
        signal(SIGKILL)
        _ = try await exitStatus(within: .seconds(10))
    }

    /// How it ended; `nil` when it still runs after that time.
    func exitStatus(within length: Duration) async throws -> Int32? {
        let deadline = ContinuousClock.now + length
        while process.isRunning {
            guard ContinuousClock.now < deadline else { return nil }
            try await Task.sleep(for: .milliseconds(5))
        }
        return process.terminationStatus
    }

    /// Works in a cancelled task too.
    func stop() async {
        let process = process
        await Task {
            if process.isRunning { kill(process.processIdentifier, SIGTERM) }
            for _ in 0..<1_500 where process.isRunning {
                do { try await Task.sleep(for: .milliseconds(10)) } catch {}
            }
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }.value
    }
}

extension TemporaryFolder {
    fileprivate func read(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: "\(path)/\(name)") ?? Data(), as: UTF8.self)
    }

    fileprivate func newFile(_ name: String) throws -> FileHandle {
        let file = "\(path)/\(name)"
        guard FileManager.default.createFile(atPath: file, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
        return try FileHandle(forWritingTo: URL(fileURLWithPath: file))
    }
}
