import GRDB
import Storage

typealias ReadLane = Lane<Storage.Statement, [Storage.Row]>

extension ReadLane {
    /// Reads on one connection, each group from one snapshot. The snapshot is taken after all of the
    /// group have called, so each sees every write that was answered before it called.
    convenience init(limit: Int, group: Int, use: @escaping @Sendable ((Database) -> Void) -> Void) {
        self.init("read", limit: limit, group: group) { calls in
            use { database in
                // One statement is a snapshot of its own.
                let isGroup = calls.count > 1 && (try? database.run("BEGIN")) != nil
                for call in calls {
                    call.answer(Result { try database.read(call.request) }.mapError(toldToCaller))
                }
                if isGroup, database.isInsideTransaction, (try? database.run("COMMIT")) == nil {
                    try? database.run("ROLLBACK")
                }
            }
        }
    }
}
