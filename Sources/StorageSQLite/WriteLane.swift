import AuthorizationServer
import GRDB
import Metrics
import Storage
import Synchronization

typealias WriteLane = Lane<[Storage.Statement], [[Storage.Row]]>

extension WriteLane {
    /// Writes on one connection, each group in one commit, and answers after it.
    convenience init(_ writer: Writer, limit: Int, group: Int) {
        self.init("write", limit: limit, group: group) { calls in
            for (call, outcome) in zip(calls, writer.outcomes(of: calls.map(\.request))) {
                call.answer(outcome)
            }
            writer.limitJournal()
        }
    }
}

extension Writer {
    /// What became of each unit, in their order.
    fileprivate func outcomes(of units: [[Storage.Statement]]) -> [Outcome] {
        do {
            let begunAt = ContinuousClock.now
            let (outcomes, hasWritten) = try use { database in
                let before = database.totalChangesCount
                let outcomes = try database.commit(units)
                return (outcomes, database.totalChangesCount > before)
            }
            commitTime.record(duration: ContinuousClock.now - begunAt)
            unitsPerCommit.record(units.count)
            // A commit of nothing proves nothing.
            if hasWritten { isFailing.store(false, ordering: .relaxed) }
            return outcomes
        } catch {
            if units.count > 1, SQLiteFailure(error)?.mayBeOfOneUnit ?? (error is StorageError) {
                return units.flatMap { outcomes(of: [$0]) }
            }
            let answer = toldToCaller(error)
            if case StoreError.unavailable = answer { isFailing.store(true, ordering: .relaxed) }
            return units.map { _ in .failure(answer) }
        }
    }
}
