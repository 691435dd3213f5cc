import Foundation
import GRDB
import Storage
import StorageSQLite

/// A folder that goes away with the test.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "gatehouse-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var database: String { path + "/test.sqlite" }

    /// The database and its journal as they are on disk now: what is left when a machine stops.
    func copyAsAfterCrash() throws -> Folder {
        let copy = try Folder()
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: database + suffix) {
            try FileManager.default.copyItem(atPath: database + suffix, toPath: copy.database + suffix)
        }
        return copy
    }
}

/// Another process that has the file open, with SQLite's own means.
struct OtherProcess: Sendable {
    let connection: DatabaseQueue

    init(_ path: String) throws {
        var configuration = GRDB.Configuration()
        configuration.allowsUnsafeTransactions = true
        connection = try DatabaseQueue(path: path, configuration: configuration)
    }

    func run(_ sql: String) throws {
        try connection.unsafeReentrantWrite { try $0.execute(sql: sql) }
    }
}

/// A key and a number, and something that refers to it.
let steps = [
    Migration("items", "CREATE TABLE item (id TEXT PRIMARY KEY, count BIGINT NOT NULL DEFAULT 0 CHECK (count >= 0));"),
    Migration(
        "parts",
        """
        CREATE TABLE part (id TEXT PRIMARY KEY, item_id TEXT NOT NULL REFERENCES item (id) ON DELETE CASCADE);
        CREATE INDEX part_item_id ON part (item_id);
        """),
]

extension SQLiteDatabase {
    static func inMemory(_ options: Options = Options()) async throws -> SQLiteDatabase {
        try await migrated(":memory:", options)
    }

    static func migrated(_ path: String, _ options: Options = Options()) async throws -> SQLiteDatabase {
        let database = try SQLiteDatabase(path: path, options: options)
        try await database.migrate(steps)
        return database
    }

    func add(_ id: String) async throws {
        _ = try await write(Statement("INSERT INTO item (id) VALUES ($1)", .text(id)))
    }

    func ids() async throws -> [String] {
        try await scan(Statement("SELECT id FROM item ORDER BY id")).map {
            var row = $0.reader()
            return try row.text()
        }
    }
}
