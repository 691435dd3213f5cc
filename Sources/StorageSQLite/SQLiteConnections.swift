import GRDB
import Storage

/// What every connection has in common.
private func configuration(_ options: SQLiteDatabase.Options, cacheKiB: Int) -> GRDB.Configuration {
    var configuration = GRDB.Configuration()
    configuration.foreignKeysEnabled = true
    configuration.busyMode = .timeout(options.busyTimeout / .seconds(1))
    // A transaction that could not be ended is dealt with by closing its connection, not by a trap.
    configuration.allowsUnsafeTransactions = true
    configuration.prepareDatabase { database in
        // A schema that somebody else has prepared cannot call functions with side effects.
        try database.execute(sql: "PRAGMA trusted_schema = OFF")
        try database.execute(sql: "PRAGMA temp_store = MEMORY")
        try database.execute(sql: "PRAGMA cache_size = -\(cacheKiB)")
    }
    return configuration
}

/// A database of its own in memory, for tests and trials.
func openMemory(_ options: SQLiteDatabase.Options) throws -> DatabaseQueue {
    try DatabaseQueue(configuration: configuration(options, cacheKiB: 8_192))
}

/// The connection that writes, and that answers only after the disk has.
///
/// - Throws: `StorageError.cannotOpen`.
func openWriter(_ file: SQLiteFile, _ options: SQLiteDatabase.Options) throws -> DatabaseQueue {
    try opening(file) {
        guard file.isInPlace else { throw StorageError.cannotOpen("\(file.path) has been replaced while it was open.") }
        let connection = try DatabaseQueue(path: file.path, configuration: configuration(options, cacheKiB: 4_096))
        try connection.writeWithoutTransaction { database in
            if try database.pragma("journal_mode") != "wal" { try database.pragma("journal_mode = WAL") }
            // After the journal mode: entering WAL may lower it (GRDB's own way to do so does).
            try database.pragma("synchronous = FULL")
            try database.pragma("wal_autocheckpoint = 2000")
            try database.pragma("journal_size_limit = \(options.journalLimit)")
            guard try database.pragma("journal_mode") == "wal", try database.pragma("synchronous") == 2,
                try database.pragma("foreign_keys") == 1
            else {
                throw StorageError.cannotOpen("\(file.path): the settings that make writes durable do not hold here.")
            }
            guard case .integer(let pageSize) = try database.pragma("page_size"), !file.isCutOff(pageSize: pageSize)
            else { throw StorageError.cannotOpen("\(file.path) is cut off: restore it from a backup.") }
        }
        return connection
    }
}

/// A connection for point reads, or for one snapshot.
func openReader(_ file: SQLiteFile, _ options: SQLiteDatabase.Options, cacheKiB: Int = 1_024) throws -> DatabaseQueue {
    try opening(file) {
        // Small: the system keeps the file's pages in memory anyway.
        var configuration = configuration(options, cacheKiB: cacheKiB)
        configuration.readonly = true
        return try DatabaseQueue(path: file.path, configuration: configuration)
    }
}

/// Connections for reads that may take long; they are opened when they are needed.
func openScanners(_ file: SQLiteFile, _ options: SQLiteDatabase.Options) throws -> DatabasePool {
    try opening(file) {
        var configuration = configuration(options, cacheKiB: 2_048)
        configuration.readonly = true
        configuration.maximumReaderCount = 3
        return try DatabasePool(path: file.path, configuration: configuration)
    }
}

private func opening<Connection>(_ file: SQLiteFile, _ open: () throws -> Connection) throws -> Connection {
    do {
        return try open()
    } catch {
        guard let failure = SQLiteFailure(error) else { throw error }
        throw switch failure.code.primaryResultCode {
        case .SQLITE_NOTADB: StorageError.cannotOpen("\(file.path) is not an SQLite database.")
        case .SQLITE_CORRUPT: StorageError.cannotOpen("\(file.path) is damaged: restore it from a backup.")
        default: StorageError.cannotOpen("\(file.path) cannot be opened: \(failure.message).")
        }
    }
}
