/// A value on its way into or out of a database: what both databases have in common.
///
/// Moments are seconds in an `integer`; digests and lists are `text`.
public enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)
    /// SQLite keeps it as 0 or 1 and answers an `integer`; `RowReader.boolean()` reads both.
    case boolean(Bool)

    public static func optional(_ value: String?) -> SQLValue { value.map(SQLValue.text) ?? .null }
    public static func optional(_ value: Int64?) -> SQLValue { value.map(SQLValue.integer) ?? .null }
    public static func optional(_ value: Bool?) -> SQLValue { value.map(SQLValue.boolean) ?? .null }

    /// What kind of value this is, for messages that must not show the value.
    var kind: String {
        switch self {
        case .null: "NULL"
        case .integer: "an integer"
        case .text: "text"
        case .boolean: "a boolean"
        }
    }
}

extension SQLValue: ExpressibleByNilLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
    ExpressibleByBooleanLiteral
{
    public init(nilLiteral: ()) { self = .null }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(stringLiteral value: String) { self = .text(value) }
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
}
