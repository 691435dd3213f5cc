import GRDB
import Storage

/// What became of a unit: the rows of each of its statements, or why nothing of it was kept.
typealias Outcome = Result<[[Storage.Row]], any Error>

extension Database {
    /// Runs units in one transaction and one commit. A unit that breaks a rule is undone alone, and
    /// its outcome says so; the others are durable when this returns.
    ///
    /// - Throws: what undid the whole transaction, so that nothing of any unit was kept.
    func commit(_ units: [[Storage.Statement]]) throws -> [Outcome] {
        try run("BEGIN IMMEDIATE")
        do {
            let outcomes = try units.map(perform)
            try run("COMMIT")
            return outcomes
        } catch {
            if isInsideTransaction { try? run("ROLLBACK") }
            throw error
        }
    }

    private func perform(_ unit: [Storage.Statement]) throws -> Outcome {
        // SQLite undoes a single statement by itself when it fails (conflict resolution ABORT).
        let needsSavepoint = unit.count > 1
        if needsSavepoint { try run("SAVEPOINT unit") }
        do {
            let rows = try unit.map(run)
            if needsSavepoint { try run("RELEASE unit") }
            return .success(rows)
        } catch {
            guard isInsideTransaction, needsSavepoint || leavesNoTrace(error),
                SQLiteFailure(error)?.isOfTheDatabase != true
            else { throw error }
            if needsSavepoint {
                try run("ROLLBACK TO unit")
                try run("RELEASE unit")
            }
            return .failure(toldToCaller(error))
        }
    }

    /// Whether a single statement that failed so has changed nothing. One whose rows turned out to be
    /// unreadable has been carried out.
    private func leavesNoTrace(_ error: any Error) -> Bool {
        if case StorageError.unexpectedValue = error { return false }
        return true
    }
}
