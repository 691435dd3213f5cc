import AuthorizationServer
import GRDB
import Storage

/// What SQLite said about a statement that failed.
struct SQLiteFailure: Error {
    /// The extended result code.
    let code: ResultCode
    let message: String
    let sql: String

    /// What the caller is told.
    var answer: any Error {
        switch code {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID:
            StoreError.conflict(message.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? message)
        case .SQLITE_CONSTRAINT_FOREIGNKEY:
            StoreError.missing
        case .SQLITE_INTERRUPT:
            CancellationError()
        default:
            isOfTheDatabase ? StoreError.unavailable(message) : StorageError.statement(message, sql: sql)
        }
    }

    /// Whether the database is at fault and not the statement: what shares the transaction fails too.
    var isOfTheDatabase: Bool {
        switch code.primaryResultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL, .SQLITE_IOERR, .SQLITE_FULL, .SQLITE_READONLY,
            .SQLITE_CANTOPEN, .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_NOMEM, .SQLITE_PERM, .SQLITE_INTERRUPT:
            true
        default:
            false
        }
    }

    /// Whether units that have failed together may do better one by one: one of them asks for more
    /// room than is left, breaks a rule that is only checked at the end, or undoes the transaction.
    var mayBeOfOneUnit: Bool { code == .SQLITE_FULL || !isOfTheDatabase }

    /// Whether what the connection believes of the file is in doubt: the kernel forgets pages that a
    /// failed sync has not written, so that syncing again "succeeds" without them.
    var leavesConnectionInDoubt: Bool { code.primaryResultCode == .SQLITE_IOERR }
}

extension SQLiteFailure {
    init(_ error: DatabaseError) {
        self.init(
            code: error.extendedResultCode, message: error.message ?? "SQLite error \(error.resultCode)",
            sql: error.sql ?? "")
    }

    /// SQLite's own or GRDB's error as a failure; `nil` for errors of other origin.
    init?(_ error: any Error) {
        switch error {
        case let failure as SQLiteFailure: self = failure
        case let error as DatabaseError: self.init(error)
        default: return nil
        }
    }
}

/// What the caller is told of any error met on the way.
func toldToCaller(_ error: any Error) -> any Error { SQLiteFailure(error)?.answer ?? error }
