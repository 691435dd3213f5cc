import Foundation

/// A process that waits for the end of this one, however it comes, then stops the server and removes its
/// folder.
final class Keeper: Sendable {
    /// The other end is what the process waits at; nobody else may have this one.
    private let end: Int32

    init(_ folder: String) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(description: "pipe: \(String(cString: strerror(errno)))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        end = ends[1]
        defer { close(ends[0]) }
        _ = try spawn(["sh", "-c", Self.script, "keeper", folder], input: ends[0], output: "/dev/null")
    }

    deinit { close(end) }

    private static let script = """
        read -r _
        pid=$(head -n 1 "$1/data/postmaster.pid")
        if [ -n "$pid" ]; then
            kill -CONT "$pid" $(cat "/proc/$pid/task/$pid/children")
            kill -QUIT "$pid"
            tries=0
            while kill -0 "$pid" && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
        fi
        rm -rf "$1"
        """
}
