import AuthorizationServer
import GRDB
import GRDBSQLite
import Storage

extension Database {
    /// Runs one statement to its end, and answers its rows.
    ///
    /// - Throws: `SQLiteFailure`; `StorageError` when a parameter or a column is of no common kind.
    func run(_ statement: Storage.Statement) throws -> [Storage.Row] {
        try run(statement, prepared: prepare(statement))
    }

    /// As `run`, and refuses a statement that would write, also where the connection could.
    func read(_ statement: Storage.Statement) throws -> [Storage.Row] {
        try run(statement, prepared: prepareRead(statement))
    }

    /// Runs a statement that has neither parameters nor rows, such as `COMMIT`.
    func run(_ sql: String) throws { _ = try run(Statement(sql)) }

    /// The first column of the first row of a `PRAGMA`. Prepared anew each time: many a `PRAGMA` takes
    /// effect when it is prepared, not when it is run.
    @discardableResult
    func pragma(_ text: String) throws -> SQLValue {
        let statement = Statement("PRAGMA \(text)")
        return try run(statement, prepared: makeStatement(sql: statement.sql)).first?.values.first ?? .null
    }

    private func prepare(_ statement: Storage.Statement) throws -> GRDB.Statement {
        // GRDB hands SQLite a null pointer after closing.
        guard sqliteConnection != nil else { throw StoreError.unavailable("The database is closed.") }
        do {
            return try cachedStatement(sql: statement.sql)
        } catch let error as DatabaseError {
            throw SQLiteFailure(error)
        }
    }

    private func prepareRead(_ statement: Storage.Statement) throws -> GRDB.Statement {
        let prepared = try prepare(statement)
        guard prepared.isReadonly else {
            throw StorageError.statement("A statement that writes was sent as a read", sql: statement.sql)
        }
        return prepared
    }

    private func run(_ statement: Storage.Statement, prepared: GRDB.Statement) throws -> [Storage.Row] {
        defer { reset(prepared) }
        try bind(statement, to: prepared.sqliteStatement)
        return try step(prepared, of: statement).rows
    }

    /// Prepares a read that is stepped through in pieces: by `step`, until it has ended.
    func begin(_ statement: Storage.Statement) throws -> GRDB.Statement {
        let prepared = try prepareRead(statement)
        try bind(statement, to: prepared.sqliteStatement)
        return prepared
    }

    /// The next rows of a statement whose parameters are bound.
    func step(
        _ prepared: GRDB.Statement, of statement: Storage.Statement, limit: Int = .max
    ) throws -> (rows: [Storage.Row], hasEnded: Bool) {
        let handle = prepared.sqliteStatement
        var rows: [Storage.Row] = []
        while rows.count < limit {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: rows.append(try row(handle, of: statement))
            case SQLITE_DONE: return (rows, true)
            default: throw failure(of: statement)
            }
        }
        return (rows, false)
    }

    /// Lets go of locks and memory; the code it returns is the one of the step before.
    private func reset(_ prepared: GRDB.Statement) {
        sqlite3_reset(prepared.sqliteStatement)
        sqlite3_clear_bindings(prepared.sqliteStatement)
    }

    /// SQLite gives each distinct spelling of a parameter (`$2`, `$1`, `$1::text`) a place of its own,
    /// in the order they appear, and knows what is a quoted `$`; here each place gets the value its
    /// number names.
    private func bind(_ statement: Storage.Statement, to handle: OpaquePointer) throws {
        let places = sqlite3_bind_parameter_count(handle)
        var highest = 0
        var place: Int32 = 1
        while place <= places {
            guard let number = parameterNumber(sqlite3_bind_parameter_name(handle, place)),
                number <= statement.parameters.count
            else {
                throw StorageError.statement(
                    "\(statement.parameters.count) parameters do not fit the statement", sql: statement.sql)
            }
            guard try bind(statement.parameters[number - 1], to: handle, at: place, of: statement) == SQLITE_OK else {
                throw failure(of: statement)
            }
            highest = max(highest, number)
            place += 1
        }
        guard highest == statement.parameters.count else {
            throw StorageError.statement(
                "\(statement.parameters.count) parameters do not fit the statement", sql: statement.sql)
        }
    }

    private func bind(
        _ value: SQLValue, to handle: OpaquePointer, at place: Int32, of statement: Storage.Statement
    ) throws -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(handle, place)
        case .integer(let integer): return sqlite3_bind_int64(handle, place, integer)
        case .boolean(let boolean): return sqlite3_bind_int64(handle, place, boolean ? 1 : 0)
        case .text(var text):
            return try text.withUTF8 { bytes in
                // PostgreSQL refuses it too; SQLite would compare only what comes before it in places.
                guard !bytes.contains(0) else {
                    throw StorageError.statement("A text parameter holds a NUL character", sql: statement.sql)
                }
                // A null pointer would be bound as NULL.
                guard let start = bytes.baseAddress else { return sqlite3_bind_text(handle, place, "", 0, copied) }
                return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                    sqlite3_bind_text64(handle, place, $0, UInt64(bytes.count), copied, UInt8(SQLITE_UTF8))
                }
            }
        }
    }

    private func row(_ handle: OpaquePointer, of statement: Storage.Statement) throws -> Storage.Row {
        let count = sqlite3_column_count(handle)
        var values: [SQLValue] = []
        values.reserveCapacity(Int(count))
        for column in 0..<max(count, 0) {
            switch sqlite3_column_type(handle, column) {
            case SQLITE_NULL: values.append(.null)
            case SQLITE_INTEGER: values.append(.integer(sqlite3_column_int64(handle, column)))
            case SQLITE_TEXT:
                guard let bytes = sqlite3_column_text(handle, column) else { throw failure(of: statement) }
                let length = Int(sqlite3_column_bytes(handle, column))
                values.append(.text(String(decoding: UnsafeBufferPointer(start: bytes, count: length), as: UTF8.self)))
            case let type:
                throw StorageError.unexpectedValue(
                    column: Int(column), expected: "text or an integer",
                    found: type == SQLITE_FLOAT ? "a floating-point number" : "bytes")
            }
        }
        return Storage.Row(values)
    }

    private func failure(of statement: Storage.Statement) -> SQLiteFailure {
        let code = sqlite3_extended_errcode(sqliteConnection)
        let message = sqlite3_errmsg(sqliteConnection).map { String(cString: $0) } ?? "SQLite error \(code)"
        return SQLiteFailure(code: ResultCode(rawValue: code), message: message, sql: statement.sql)
    }
}

/// The number in `$7` or `$7::text`, from 1; `nil` for parameters of any other spelling.
private func parameterNumber(_ name: UnsafePointer<CChar>?) -> Int? {
    guard var next = name, next.pointee == CChar(UInt8(ascii: "$")) else { return nil }
    var number = 0
    next += 1
    while let digit = Int(exactly: next.pointee).map({ $0 - 48 }), (0...9).contains(digit) {
        guard number < 100_000 else { return nil }
        number = number * 10 + digit
        next += 1
    }
    let end = next.pointee
    return number > 0 && (end == 0 || end == CChar(UInt8(ascii: ":"))) ? number : nil
}

/// Tells SQLite to copy a text before the call returns.
private let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
