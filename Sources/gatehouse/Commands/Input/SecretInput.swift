import Foundation
import OAuth

#if canImport(Glibc)
    import Glibc
#endif

/// Reads secrets from where no other program sees them: standard input, the environment or a terminal
/// without echo, never the command line.
enum SecretInput {
    static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// All of standard input, without the one newline that `echo` adds.
    ///
    /// - Throws: `ProblemForOperator` for more than 64 KiB, or what is no UTF-8.
    static func standardInput() throws -> Secret {
        var bytes: [UInt8] = []
        while let more = try FileHandle.standardInput.read(upToCount: 65_536), !more.isEmpty {
            bytes += more
            guard bytes.count <= 65_536 else { throw ProblemForOperator("Standard input is no secret: over 64 KiB.") }
        }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ProblemForOperator("Standard input is not UTF-8.")
        }
        return Secret(text)
    }

    static func environment(_ variable: String) -> Secret? {
        guard let text = ProcessInfo.processInfo.environment[variable], !text.isEmpty else { return nil }
        return Secret(text)
    }

    /// What a person types without seeing it.
    static func prompt(_ question: String) throws -> Secret {
        FileHandle.standardError.write(Data("\(question): ".utf8))
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else {
            throw ProblemForOperator("There is no terminal to ask on.")
        }
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
            FileHandle.standardError.write(Data("\n".utf8))
        }
        guard let line = readLine() else { throw ProblemForOperator("Nothing was typed.") }
        return Secret(line)
    }

    /// A new password, typed twice.
    static func newPassword() throws -> Secret {
        let password = try prompt("New password")
        guard try prompt("Once more") == password else { throw ProblemForOperator("The two passwords differ.") }
        return password
    }
}
