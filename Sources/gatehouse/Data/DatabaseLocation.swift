import Foundation
import Storage
import StoragePostgres
import StorageSQLite

/// Where a database is.
enum DatabaseLocation: Sendable, Equatable {
    case sqlite(path: String)
    case postgres(url: String)

    /// `sqlite:PATH`, `postgres://…` or `postgresql://…`.
    init?(_ text: String) {
        if text.hasPrefix("sqlite:") {
            self = .sqlite(path: String(text.dropFirst("sqlite:".count)))
        } else if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
            self = .postgres(url: text)
        } else {
            return nil
        }
    }

    /// As it was given, without a password.
    var description: String {
        switch self {
        case .sqlite(let path): return "sqlite:\(path)"
        case .postgres(let url): return PostgresDatabase.description(of: url)
        }
    }

    var file: String? { if case .sqlite(let path) = self { path } else { nil } }

    /// Whether there is something; what isn't a file is only known when it is opened.
    var exists: Bool { file.map(FileManager.default.fileExists) ?? true }

    /// Whether both are the same database, by whatever path it was named.
    func isSame(as other: DatabaseLocation) -> Bool {
        guard let file, let otherFile = other.file else { return self == other }
        return Self.real(file) == Self.real(otherFile)
    }

    /// The folder of a database file; `nil` for others.
    var folder: String? { file.map { Self.real(($0 as NSString).deletingLastPathComponent) } }

    static func real(_ path: String) -> String {
        URL(fileURLWithPath: path.isEmpty ? "." : path).resolvingSymlinksInPath().path
    }
}

extension Configuration {
    /// The database in force.
    var location: DatabaseLocation {
        database.flatMap(DatabaseLocation.init) ?? .sqlite(path: data + "/gatehouse.sqlite")
    }
}

/// Opens a database; a file that is missing is made.
///
/// - Throws: `ProblemForOperator`, `StorageError.cannotOpen`.
func openDatabase(_ location: DatabaseLocation) throws -> any SQLDatabase {
    switch location {
    case .sqlite(let path): try SQLiteDatabase(path: path)
    case .postgres(let url): try PostgresDatabase(url: url)
    }
}

/// Makes sure that no server writes to these databases until this process ends. A server holds the lock of its data
/// folder, which is where its database is unless the settings say otherwise; of a database elsewhere it is only known
/// whether somebody has it open now.
///
/// - Throws: `ProblemForOperator` while a server runs.
func refuseServers(on locations: [DatabaseLocation], _ configuration: Configuration) async throws {
    var folders = Set(locations.compactMap(\.folder))
    if locations.contains(where: configuration.location.isSame) {
        folders.insert(DatabaseLocation.real(configuration.data))
    }
    for folder in folders.sorted() {
        let isDataFolder = ["server.lock", "master.key"].contains {
            FileManager.default.fileExists(atPath: "\(folder)/\($0)")
        }
        if isDataFolder { try DataFolder(folder, creating: false).lockForServing(otherwise: "Stop it first.") }
    }
    for case .sqlite(let path) in locations where !SQLiteCopy.isEmpty(path) {
        if try await SQLiteCopy(of: path).isInUse() {
            throw ProblemForOperator("Another program has \(path) open. Stop it first.")
        }
    }
    for case .postgres(let url) in locations { try await refuseConnections(to: url) }
}

/// - Throws: `ProblemForOperator` while a Gatehouse is connected to the database.
private func refuseConnections(to url: String) async throws {
    let database = try PostgresDatabase(url: url + (url.contains("?") ? "&" : "?") + "application_name=gatehouse-check")
    let others: [Row]
    do {
        others = try await database.scan(
            Statement(
                """
                SELECT COUNT(*) FROM pg_stat_activity
                WHERE application_name LIKE 'gatehouse%' AND application_name <> 'gatehouse-check' AND datname = current_database()
                """))
    } catch {
        await database.close()
        throw error
    }
    await database.close()
    var row = others.first?.reader()
    guard try row?.integer() == 0 else {
        throw ProblemForOperator("A Gatehouse is connected to the PostgreSQL database. Stop every node first.")
    }
}
