import AuthorizationServer
import GRDB
import Metrics
import Storage
import Synchronization

/// The one connection that writes. When it is in doubt, it is closed and opened again before it is
/// used next.
final class Writer: Sendable {
    private struct State {
        var connection: DatabaseQueue
        var isInDoubt = false
        /// The size at which the journal is emptied, in bytes.
        var journalLimit: Int64
    }

    private let state: Mutex<State>
    private let open: @Sendable () throws -> DatabaseQueue
    private let journalLimit: Int64

    /// Whether the last commit failed for reasons of the database.
    let isFailing = Atomic(false)
    let commitTime = Timer(label: "gatehouse_store_commit_seconds")
    let unitsPerCommit = Recorder(label: "gatehouse_store_commit_units")

    /// `nil` for a database in memory, which would be gone if it were opened again.
    private let file: SQLiteFile?

    init(_ file: SQLiteFile, _ options: SQLiteDatabase.Options) throws {
        self.file = file
        self.open = { try openWriter(file, options) }
        self.journalLimit = options.journalLimit
        let connection = try open()
        // After a crash: what was found in the journal may not be on the disk yet. Not a reason to
        // refuse to start, since reading is possible anyway.
        _ = try? connection.writeWithoutTransaction { try $0.checkpoint(.passive) }
        self.state = Mutex(State(connection: connection, journalLimit: journalLimit))
    }

    init(inMemory connection: DatabaseQueue) {
        self.file = nil
        self.open = { connection }
        self.journalLimit = .max
        self.state = Mutex(State(connection: connection, journalLimit: journalLimit))
    }

    func use<Value: Sendable>(_ act: @Sendable (Database) throws -> Value) throws -> Value {
        try state.withLock { state in
            if state.isInDoubt { try renew(&state) }
            do {
                return try state.connection.writeWithoutTransaction { database in
                    defer { if !database.isOutsideTransactions() { state.isInDoubt = true } }
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

    private func renew(_ state: inout State) throws {
        guard file != nil else { return state.isInDoubt = false }
        do {
            try? state.connection.close()
            state.connection = try open()
            // The journal is brought into the database and emptied, so that nothing is ever added
            // after pages that a failed sync has left behind in it.
            try state.connection.writeWithoutTransaction { try $0.emptyJournal() }
            state.isInDoubt = false
        } catch {
            throw StoreError.unavailable("\(SQLiteFailure(error)?.message ?? "\(error)")")
        }
    }

    /// Empties the journal when it has grown too large: SQLite starts it anew only in a moment when
    /// nobody reads, and under load there may be none.
    func limitJournal() {
        guard let file else { return }
        state.withLock { state in
            guard file.journalSize > state.journalLimit, !state.isInDoubt else { return }
            do {
                try state.connection.writeWithoutTransaction { try $0.emptyJournal() }
            } catch {
                // Nothing is lost: what is not known to be in the database stays in the journal.
                state.isInDoubt = SQLiteFailure(error)?.leavesConnectionInDoubt == true
            }
            // Where a long read was in the way, not again at once.
            state.journalLimit = max(journalLimit, file.journalSize + journalLimit / 4)
        }
    }

    func close() {
        state.withLock { state in
            // So that the file is complete by itself, and can be copied.
            try? state.connection.writeWithoutTransaction { try $0.emptyJournal() }
            try? state.connection.close()
        }
    }
}

extension Database {
    /// Makes sure that no transaction is left open, and answers whether that is so.
    fileprivate func isOutsideTransactions() -> Bool {
        !isInsideTransaction || (try? run("ROLLBACK")) != nil
    }

    /// Writes the journal into the database and starts it anew, or leaves that for later when a reader
    /// that still needs it does not finish soon: writing waits meanwhile.
    fileprivate func emptyJournal() throws {
        guard sqliteConnection != nil else { return }
        let patience = try pragma("busy_timeout")
        try pragma("busy_timeout = 100")
        defer {
            if case .integer(let milliseconds) = patience { _ = try? pragma("busy_timeout = \(milliseconds)") }
        }
        do {
            try checkpoint(.truncate)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {}
    }
}
