import AuthorizationServer
import Dispatch
import GRDB
import Storage

/// A database file as a whole, read on a connection of its own beside whoever uses it.
public struct SQLiteCopy: Sendable {
    let path: String

    /// - Throws: `StorageError.cannotOpen` when there is no file.
    public init(of path: String) throws {
        guard SQLiteFile.size(of: path) > 0 else { throw StorageError.cannotOpen("There is no database at \(path).") }
        self.path = path
    }

    /// Whether there is nothing at all: no file, or one without a page, and no journal.
    public static func isEmpty(_ path: String) -> Bool {
        SQLiteFile.size(of: path) == 0 && SQLiteFile.size(of: path + "-wal") == 0
    }

    /// Writes what the database holds at one moment into an empty file, in one piece without a journal. Writers go
    /// on meanwhile; memory is bounded by the cache of a connection.
    ///
    /// - Throws: `StoreError.unavailable` when the disk is full or fails; `StorageError.cannotOpen`.
    public func write(to empty: String) async throws {
        // SQLite takes "file:…" for an address.
        let file = empty.hasPrefix("/") ? empty : "./" + empty
        _ = try await use { try $0.run(Statement("VACUUM INTO $1", .text(file))) }
    }

    /// What is wrong with the file, in SQLite's words; nothing when it is whole.
    public func faults() async throws -> [String] {
        try await use { database in
            do {
                let rows = try database.run(Statement("PRAGMA integrity_check(20)"))
                let references = try database.run(Statement("PRAGMA foreign_key_check")).count
                let faults = try rows.map { row in
                    var row = row.reader()
                    return try row.text()
                }
                return faults.filter { $0 != "ok" }
                    + (references == 0 ? [] : ["\(references) rows refer to rows that are not there"])
            } catch let failure as SQLiteFailure where failure.code.primaryResultCode == .SQLITE_CORRUPT {
                return [failure.message]
            }
        }
    }

    /// Whether another connection has the database open, in this process or another.
    public func isInUse() async -> Bool {
        do {
            try await onThread {
                var configuration = GRDB.Configuration()
                configuration.allowsUnsafeTransactions = true
                // A WAL database is shared as long as it is open: only who is alone gets it for itself.
                configuration.prepareDatabase { try $0.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
                let connection = try DatabaseQueue(path: path, configuration: configuration)
                defer { try? connection.close() }
                try connection.unsafeRead { _ = try $0.run(Statement("SELECT 1 FROM sqlite_schema LIMIT 1")) }
            }
            return false
        } catch StoreError.unavailable(let reason) {
            return reason.contains("locked")
        } catch {
            return false
        }
    }

    /// Brings the journal in, so that the file alone is the database. Nobody else may have it open.
    public func complete() async throws {
        try await onThread {
            var configuration = GRDB.Configuration()
            configuration.allowsUnsafeTransactions = true
            let connection = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? connection.close() }
            try connection.writeWithoutTransaction { database in
                guard try database.pragma("journal_mode = DELETE") == "delete" else {
                    throw StorageError.cannotOpen("\(path) is in use by another program.")
                }
            }
        }
    }

    private func use<Value: Sendable>(_ act: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await onThread {
            let connection = try openReader(SQLiteFile(preparing: path), SQLiteDatabase.Options(), cacheKiB: 2_048)
            defer { try? connection.close() }
            return try connection.unsafeRead(act)
        }
    }

    /// What takes long blocks no thread that tasks share.
    private func onThread<Value: Sendable>(_ act: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withUnsafeThrowingContinuation { (caller: UnsafeContinuation<Value, any Error>) in
            DispatchQueue.global().async { caller.resume(with: Result(catching: act).mapError(toldToCaller)) }
        }
    }
}
