/// A fault of the program, of the database file or of the schema: nothing that a caller can mend by
/// trying again. Faults that pass are `StoreError`.
public enum StorageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A column, counted from 0, holds another kind of value than the program reads. The value
    /// itself is left out: it may be a secret.
    case unexpectedValue(column: Int, expected: String, found: String)

    /// The database refuses the statement as such: wrong SQL, wrong parameters, a broken `CHECK`.
    case statement(String, sql: String)

    /// The database cannot be opened; the text is for the operator.
    case cannotOpen(String)

    /// The schema is not the one this program knows; the text is for the operator.
    case schema(String)

    public var description: String {
        switch self {
        case .unexpectedValue(let column, let expected, let found):
            "Column \(column) should hold \(expected), and holds \(found)."
        case .statement(let reason, let sql): "\(reason), in: \(sql)"
        case .cannotOpen(let reason), .schema(let reason): reason
        }
    }
}
