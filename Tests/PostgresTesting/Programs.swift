import Foundation

/// PostgreSQL's own programs, and who may run them: not root.
struct Programs: Sendable {
    private let folder: String
    /// For root: whom to become.
    private let account: (user: UInt32, group: UInt32)?

    init() throws {
        let search = ProcessInfo.processInfo.environment["PATH", default: ""].split(separator: ":").map(String.init)
        let debian = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? []
        let newestFirst = versions.compactMap(Int.init).sorted(by: >).map { "\(debian)/\($0)/bin" }
        // Links on the path may not lead to what the programs look for beside them.
        let found = (newestFirst + search + ["/usr/local/pgsql/bin"]).first { folder in
            ["initdb", "pg_ctl", "postgres"].allSatisfy {
                FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)")
            }
        }
        guard let found else {
            throw Failure(description: "These tests need a PostgreSQL server: install the Debian package postgresql.")
        }
        folder = found
        account = getuid() == 0 ? try Self.account() : nil
    }

    private static func account() throws -> (UInt32, UInt32) {
        for name in ["postgres", "nobody"] {
            if let entry = getpwnam(name) { return (entry.pointee.pw_uid, entry.pointee.pw_gid) }
        }
        throw Failure(description: "PostgreSQL does not run as root, and there is no account postgres or nobody.")
    }

    /// Makes a folder that of whoever runs the programs.
    func give(_ path: String) throws {
        guard let account else { return }
        try PostgresTesting.run(["chown", "-R", "\(account.user):\(account.group)", path])
    }

    func run(_ program: String, _ arguments: [String], in directory: String) throws {
        var words = ["env", "-C", directory, "\(folder)/\(program)"] + arguments
        if let account {
            words = ["setpriv", "--reuid=\(account.user)", "--regid=\(account.group)", "--clear-groups"] + words
        }
        try PostgresTesting.run(words)
    }
}

/// Free a moment ago, which is as good as it gets.
public func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
        }
    }
    guard isBound else { throw Failure(description: "There is no free port on the loopback.") }
    return Int(UInt16(bigEndian: address.sin_port))
}
