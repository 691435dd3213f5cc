import AuthorizationServer
import Storage

/// Brings the schema that comes first in the `search_path` to the end of `steps`.
///
/// Nodes that start together wait for each other; those that run already go on meanwhile, on what is there.
/// So a change that they could not work with takes two releases: one that adds, and one that takes away what
/// nobody uses any more.
func bringUp(_ address: Address, to steps: [Migration], _ options: PostgresDatabase.Options) throws {
    let session = try Session(address)
    do {
        // Without a lock first: a start with nothing to do also works while another node is at it.
        let isCurrent = try session.recordedSteps(checkedAgainst: steps) == steps.count
        if isCurrent, try session.announcesChanges() { return }
        try session.takeTurn(waiting: options.migrationTime)
        for (number, step) in zip(1..., steps) where try session.recordedSteps(checkedAgainst: steps) < number {
            try session.perform(step, number: number)
        }
        try session.announceChanges()
    } catch let failure as ServerFailure {
        throw failure.answer
    }
}

/// How long a step may take at most.
private let stepTime = Duration.seconds(3_600)

extension Session {
    /// How many of the steps this database has been through.
    ///
    /// - Throws: `StorageError.schema` when it has been through others.
    fileprivate func recordedSteps(checkedAgainst steps: [Migration]) throws -> Int {
        let tables = try run(
            """
            SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p')
                AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
            """)
        let recorded =
            tables.contains(Row(["schema_version"]))
            ? try run("SELECT version, name FROM schema_version ORDER BY version") : nil
        return try steps.count(recorded: recorded, isEmpty: tables.isEmpty)
    }

    /// The lock is the session's, so it is gone with it, also when the process is killed.
    fileprivate func takeTurn(waiting limit: Duration) throws {
        guard case .integer(let schema)? = try run(Self.schema).first?.values.first else {
            throw StorageError.schema("The database has no schema that the search_path names: create it first.")
        }
        try run("SELECT set_config('lock_timeout', $1, false)", .text("\(limit.milliseconds)"))
        try run("SELECT set_config('statement_timeout', '0', false), set_config('synchronous_commit', 'on', false)")
        try run("SELECT pg_advisory_lock($1) IS NULL", .integer(Self.lock &+ schema), within: limit + .seconds(8))
    }

    private static let schema = "SELECT oid::bigint FROM pg_namespace WHERE nspname = current_schema()"
    /// “gatehous”, so that no other program's lock is met by chance.
    private static let lock: Int64 = 0x6761_7465_686f_7573

    fileprivate func perform(_ step: Migration, number: Int) throws {
        try run("BEGIN")
        do {
            if number == 1 {
                try run(
                    """
                    CREATE TABLE IF NOT EXISTS schema_version (
                        version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL
                    )
                    """)
            }
            try script(step.sql, within: stepTime)
        } catch let failure as ServerFailure where !failure.isOfTheDatabase {
            throw StorageError.schema("Schema version \(number), “\(step.name)”: \(failure.message).")
        }
        guard isInTransaction else {
            throw StorageError.schema("Schema version \(number), “\(step.name)”, ends its own transaction.")
        }
        try run(
            "INSERT INTO schema_version VALUES ($1, $2, extract(epoch FROM clock_timestamp())::bigint)",
            .integer(Int64(number)), .text(step.name))
        try run("COMMIT", within: stepTime)
    }
}
