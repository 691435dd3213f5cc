import AuthorizationServer
import OAuth
import Storage
import StoragePostgres
import StorageSQLite

/// A database with what goes with the kind it is of.
struct OpenedDatabase: Sendable {
    let database: any SQLDatabase
    let counters: Counters
    /// What nodes judge by. Those on one PostgreSQL go by its clock, so that a grace of seconds means the same on
    /// every node.
    let clock: WallClock
    /// Of what keeps some.
    let statistics: (@Sendable () -> PostgresDatabase.Statistics)?

    /// - Parameter folder: where processes on this machine share their counts.
    /// - Throws: `ProblemForOperator`, `StorageError.cannotOpen`.
    init(_ location: DatabaseLocation, folder: DataFolder) throws {
        switch location {
        case .sqlite(let path):
            database = try SQLiteDatabase(path: path)
            counters = try SharedCounters(inFolder: folder.path).counters
            clock = .system
            statistics = nil
        case .postgres(let url):
            let postgres = try PostgresDatabase(url: url)
            database = postgres
            counters = postgres.counters
            clock = Self.clock(of: postgres)
            statistics = { postgres.statistics }
        }
    }

    private static func clock(of postgres: PostgresDatabase) -> WallClock {
        WallClock {
            let offset = postgres.clockOffset
            // What lies between two machines that keep time is left alone, and nothing that can't be a clock counts.
            guard abs(offset) >= 1, abs(offset) < 4e9 else { return WallClock.system.now() }
            return WallClock.system.now() + .seconds(Int64(offset))
        }
    }
}
