import Foundation
import Synchronization

/// A PostgreSQL server of the tests' own, on the loopback and in a folder that is gone when they are.
public final class PostgresServer: Sendable {
    /// Where the server's data, log and socket are.
    public let folder: String
    public let port: Int
    let programs: Programs
    private let keeper: Keeper
    private let schemas = Atomic<Int>(0)

    /// One server for all the tests of a process, started when it is first needed.
    private static let shared = Result { try PostgresServer() }

    /// The address of an empty schema of the test's own, on the shared server.
    public static func emptySchema() throws -> String { try shared.get().emptySchema() }

    /// - Parameters:
    ///   - settings: lines of `postgresql.conf`.
    ///   - access: lines of `pg_hba.conf`, which come before the one that lets everybody in.
    /// - Throws: `Failure` when there is no PostgreSQL to be started; the text says what to install.
    public init(settings: [String] = [], access: [String] = []) throws {
        programs = try Programs()
        port = try freePort()
        folder = "/tmp/gatehouse-pg-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        keeper = try Keeper(folder)
        try programs.give(folder)
        try programs.run(
            "initdb", ["-D", data, "-U", "gatehouse", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            in: folder)
        let lines = [
            "listen_addresses = '127.0.0.1'", "port = \(port)", "unix_socket_directories = '\(folder)'",
            "max_connections = 400", "shared_buffers = 64MB", "lc_messages = 'C'",
        ]
        try append(lines + settings, to: "postgresql.conf")
        let rest = try String(contentsOfFile: "\(data)/pg_hba.conf", encoding: .utf8)
        try Data((access + [rest]).joined(separator: "\n").utf8).write(to: URL(filePath: "\(data)/pg_hba.conf"))
        try programs.give(folder)
        try start()
    }

    public var data: String { folder + "/data" }

    /// Copies a file to the server's data, where only the server can read it.
    public func put(_ file: String, as name: String) throws {
        let path = "\(data)/\(name)"
        try FileManager.default.copyItem(atPath: file, toPath: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        try programs.give(path)
    }

    private func append(_ lines: [String], to file: String) throws {
        let text = try String(contentsOfFile: "\(data)/\(file)", encoding: .utf8)
        try Data((text + lines.map { $0 + "\n" }.joined()).utf8).write(to: URL(filePath: "\(data)/\(file)"))
    }
}

extension PostgresServer {
    /// The address of the server's own database, over its socket.
    public var url: String { "postgresql:///postgres?host=\(folder)&port=\(port)&user=gatehouse" }

    /// The same over TCP.
    public var networkURL: String { "postgresql://gatehouse@127.0.0.1:\(port)/postgres" }

    /// The address of an empty schema in the server's database.
    public func emptySchema() throws -> String {
        let number = schemas.add(1, ordering: .relaxed).newValue
        try execute("CREATE SCHEMA test\(number)")
        return url + "&options=-csearch_path%3Dtest\(number)"
    }
}

public struct Failure: Error, CustomStringConvertible {
    public let description: String
}
