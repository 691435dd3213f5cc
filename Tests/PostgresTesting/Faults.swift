import Foundation

// What happens to servers.

extension PostgresServer {
    public func start() throws {
        do {
            try programs.run("pg_ctl", ["-D", data, "-l", "\(folder)/log", "-w", "-t", "60", "start"], in: folder)
        } catch {
            let log = (try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? ""
            throw Failure(description: "\(error) \(log.suffix(1_000))")
        }
    }

    public enum StopMode: String, Sendable { case smart, fast, immediate }

    public func stop(_ mode: StopMode = .fast) throws {
        try programs.run("pg_ctl", ["-D", data, "-m", mode.rawValue, "-w", "-t", "60", "stop"], in: folder)
    }

    /// As a failing machine does: no process of it gets to say anything.
    public func kill() {
        let processes = processes()
        for process in processes { Foundation.kill(process, SIGKILL) }
        // Its memory is given back when all are gone; before that, no other can start here.
        for _ in 0..<1_000 where processes.contains(where: { Foundation.kill($0, 0) == 0 }) { usleep(10_000) }
    }

    /// From now on the server answers nobody, though the kernel still takes connections for it.
    public func suspend() { for process in processes() { Foundation.kill(process, SIGSTOP) } }
    public func resume() { for process in processes() { Foundation.kill(process, SIGCONT) } }

    /// The postmaster, and its children: each of them is a process group by itself.
    private func processes() -> [pid_t] {
        func numbers(_ file: String) -> [pid_t] {
            ((try? String(contentsOfFile: file, encoding: .utf8)) ?? "").split(whereSeparator: \.isWhitespace)
                .compactMap { pid_t($0) }
        }
        guard let postmaster = numbers("\(data)/postmaster.pid").first else { return [] }
        return [postmaster] + numbers("/proc/\(postmaster)/task/\(postmaster)/children")
    }
}
