import AuthorizationServer
import Foundation
import PostgresTesting
import Storage
import StoragePostgres
import StorageSQLite
import Testing

/// A database that the suite holds to the promises. Another engine joins by one more case of `available`.
struct Backend: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Opens an empty database; the folder is the test's own, and goes with it.
    let open: @Sendable (_ folder: URL) throws -> any SQLDatabase

    static let available = [
        Backend(testDescription: "SQLite in memory") { _ in try SQLiteDatabase(path: ":memory:") },
        Backend(testDescription: "SQLite in a file") { folder in
            try SQLiteDatabase(path: folder.appending(path: "gatehouse.db").path(percentEncoded: false))
        },
        Backend(testDescription: "PostgreSQL") { _ in try PostgresDatabase(url: PostgresServer.emptySchema()) },
    ]
}
