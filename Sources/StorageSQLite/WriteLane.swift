import GRDB
import Storage

typealias WriteLane = Lane<[Storage.Statement], [[Storage.Row]]>

extension WriteLane {
    /// Writes on one connection, each group in one commit, and answers after it.
    convenience init(_ writer: Writer, limit: Int, group: Int) {
        self.init("gatehouse.sqlite.write", limit: limit, group: group) { calls in
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
            return try use { try $0.commit(units) }
        } catch {
            if units.count > 1, SQLiteFailure(error)?.mayBeOfOneUnit ?? (error is StorageError) {
                return units.flatMap { outcomes(of: [$0]) }
            }
            return units.map { _ in .failure(toldToCaller(error)) }
        }
    }
}
