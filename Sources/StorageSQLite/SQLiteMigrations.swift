import GRDB
import Storage

extension Database {
    /// Runs the steps that are missing, each in its own transaction.
    func migrate(_ steps: [Migration]) throws {
        // Without a lock first: a start with nothing to do also works on a full disk.
        if try recordedSteps(checkedAgainst: steps) == steps.count { return }

        // With the rule on, a step that replaces a table would first empty it, and what refers to it.
        // Each step is checked as a whole instead.
        try pragma("foreign_keys = OFF")
        defer { _ = try? pragma("foreign_keys = ON") }
        for (number, step) in zip(1..., steps) {
            try run("BEGIN IMMEDIATE")
            do {
                // Under the lock: another process may have been faster.
                if try recordedSteps(checkedAgainst: steps) < number { try perform(step, number: number) }
                try run("COMMIT")
            } catch {
                if isInsideTransaction { try? run("ROLLBACK") }
                throw error
            }
        }
    }

    /// How many of the steps this database has been through.
    ///
    /// - Throws: `StorageError.schema` when it has been through others.
    private func recordedSteps(checkedAgainst steps: [Migration]) throws -> Int {
        let tables = try run(Statement("SELECT name FROM sqlite_schema WHERE type = 'table'"))
        let recorded =
            tables.contains(Row(["schema_version"]))
            ? try run(Statement("SELECT version, name FROM schema_version ORDER BY version")) : nil
        return try steps.count(recorded: recorded, isEmpty: tables.isEmpty)
    }

    private func perform(_ step: Migration, number: Int) throws {
        if number == 1 {
            try run(
                """
                CREATE TABLE IF NOT EXISTS schema_version (
                    version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL
                )
                """)
        }
        do {
            try execute(sql: step.sql)
        } catch let error as DatabaseError where !SQLiteFailure(error).isOfTheDatabase {
            throw StorageError.schema("Schema version \(number), “\(step.name)”: \(error.message ?? "failed").")
        }
        guard isInsideTransaction, try run(Statement("PRAGMA foreign_key_check")).isEmpty else {
            throw StorageError.schema("Schema version \(number), “\(step.name)”, leaves references to missing rows.")
        }
        _ = try run(
            Statement(
                "INSERT INTO schema_version VALUES ($1, $2, CAST(strftime('%s', 'now') AS INTEGER))",
                .integer(Int64(number)), .text(step.name)))
    }
}
