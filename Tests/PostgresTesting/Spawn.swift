import Foundation

/// Starts a program. Not with Foundation's `Process`: that takes a program for running as long as something it
/// started is, and a server stays.
///
/// - Parameters:
///   - input: its standard input; nothing if negative.
///   - output: a file for what it says.
func spawn(_ words: [String], input: Int32 = -1, output: String) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if input < 0 {
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    } else {
        posix_spawn_file_actions_adddup2(&actions, input, 0)
    }
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o666)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Of its own group, so that an interrupt from the terminal is for the tests alone.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))

    let arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    let code = posix_spawnp(&process, words[0], &actions, &attributes, arguments, environ)
    guard code == 0 else { throw Failure(description: "\(words[0]): \(String(cString: strerror(code)))") }
    return process
}

/// Runs a program to its end.
public func run(_ words: [String]) throws {
    let output = NSTemporaryDirectory() + "gatehouse-\(UUID().uuidString)"
    defer { unlink(output) }
    let process = try spawn(words, output: output)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    guard status == 0 else {
        let said = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        throw Failure(description: "\(words.joined(separator: " ")) failed: \(said)")
    }
}
