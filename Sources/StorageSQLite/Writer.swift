import AuthorizationServer
import GRDB
import Storage
import Synchronization

/// The one connection that writes. When it is in doubt, it is closed and opened again before it is
/// used next.
final class Writer: Sendable {
    private struct State {
        var connection: DatabaseQueue
        var isInDoubt = false
    }

    private let state: Mutex<State>

    /// Opens the connection again; `nil` for a database in memory, which would be gone.
    private let reopen: (@Sendable () throws -> DatabaseQueue)?

    init(_ connection: DatabaseQueue, reopen: (@Sendable () throws -> DatabaseQueue)?) {
        self.state = Mutex(State(connection: connection))
        self.reopen = reopen
    }

    func use<Value: Sendable>(_ act: @Sendable (Database) throws -> Value) throws -> Value {
        try state.withLock { state in
            if state.isInDoubt, let reopen {
                try? state.connection.close()
                do {
                    state.connection = try reopen()
                } catch {
                    throw StoreError.unavailable("\(error)")
                }
                state.isInDoubt = false
            }
            do {
                return try state.connection.writeWithoutTransaction { database in
                    defer { if database.isInsideTransaction { state.isInDoubt = true } }
                    return try act(database)
                }
            } catch {
                if SQLiteFailure(error)?.leavesConnectionInDoubt == true { state.isInDoubt = true }
                throw error
            }
        }
    }

    /// Has the connection opened again before its next use.
    func doubt() { state.withLock { $0.isInDoubt = true } }

    func close() {
        state.withLock { state in
            // So that the file is complete by itself, and can be copied.
            _ = try? state.connection.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            try? state.connection.close()
        }
    }
}
