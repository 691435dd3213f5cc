import Dispatch
import GRDB
import Storage
import Synchronization

/// The connections for reads by key.
///
/// Such a read takes a few microseconds, a tenth of what it costs to hand it to another thread. So it is
/// done where it is asked for, as long as the disk is quick: after a read that was slow, those that follow
/// wait in the lane for a while and hold up nobody who doesn't read.
final class Readers: Sendable {
    /// How slow a read may be without a consequence, and how long the consequence lasts, in nanoseconds.
    private static let patience: UInt64 = 20_000_000
    private static let penance: UInt64 = 1_000_000_000

    private let connections: [Connection]
    private let slowUntil = Atomic<UInt64>(0)

    private final class Connection: Sendable {
        /// Held while the connection is in use.
        let queue: Mutex<DatabaseQueue>
        init(_ queue: DatabaseQueue) { self.queue = Mutex(queue) }
    }

    init(_ file: SQLiteFile, _ options: SQLiteDatabase.Options) throws {
        connections = try (0..<2).map { _ in Connection(try openReader(file, options)) }
    }

    /// The rows, read on the caller's thread; `nil` when that might take long.
    ///
    /// - Throws: what the caller is told.
    func rows(_ statement: Storage.Statement) throws -> [Storage.Row]? {
        let start = DispatchTime.now().uptimeNanoseconds
        guard start >= slowUntil.load(ordering: .relaxed) else { return nil }
        for connection in connections {
            let outcome = connection.queue.withLockIfAvailable { queue in
                queue.unsafeRead { database in
                    Result { try database.read(statement) }.mapError(toldToCaller)
                }
            }
            guard let outcome else { continue }
            let end = DispatchTime.now().uptimeNanoseconds
            if end > start + Self.patience { slowUntil.store(end + Self.penance, ordering: .relaxed) }
            return try outcome.get()
        }
        return nil
    }

    /// Uses the first connection as soon as it is free.
    func use(_ act: (Database) -> Void) {
        connections.first?.queue.withLock { $0.unsafeRead(act) }
    }

    func close() {
        for connection in connections { connection.queue.withLock { try? $0.close() } }
    }
}
