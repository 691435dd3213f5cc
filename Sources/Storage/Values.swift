import AuthorizationServer
import OAuth

// How the program's values stand in a column, in both directions.

extension SQLValue {
    static func text(_ text: String?) -> SQLValue { text.map(SQLValue.text) ?? .null }
    static func id<Subject>(_ id: Identifier<Subject>) -> SQLValue { .text(id.text) }
    static func id<Subject>(_ id: Identifier<Subject>?) -> SQLValue { .text(id?.text) }
    static func moment(_ moment: Timestamp) -> SQLValue { .integer(moment.seconds) }
    static func moment(_ moment: Timestamp?) -> SQLValue { moment.map(SQLValue.moment) ?? .null }
    static func boolean(_ value: Bool?) -> SQLValue { value.map(SQLValue.boolean) ?? .null }
    static func scope(_ scope: Scope) -> SQLValue { .text(scope.description) }
    static func json(_ json: JSON) -> SQLValue { .text(json.text) }
    static func texts(_ texts: [String]) -> SQLValue { .json(.texts(texts)) }
}

extension RowReader {
    mutating func id<Subject>() throws -> Identifier<Subject> { Identifier(try text()) }
    mutating func optionalID<Subject>() throws -> Identifier<Subject>? { try optionalText().map { Identifier($0) } }
    mutating func moment() throws -> Timestamp { Timestamp(seconds: try integer()) }
    mutating func optionalMoment() throws -> Timestamp? { try optionalInteger().map(Timestamp.init(seconds:)) }
    mutating func scope() throws -> Scope { Scope(stored: try text()) }

    mutating func json() throws -> JSON {
        let text = try text()
        // Most of them are these two.
        if text == "{}" { return .object([]) }
        if text == "[]" { return .array([]) }
        return try JSON(parsing: text)
    }

    mutating func texts() throws -> [String] { try json().strings ?? [] }
}
