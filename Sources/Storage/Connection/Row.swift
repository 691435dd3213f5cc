/// One row of an answer, its columns in the order the statement names them.
public struct Row: Sendable, Hashable {
    public let values: [SQLValue]

    public init(_ values: [SQLValue]) { self.values = values }

    /// Reads the columns from left to right.
    public func reader() -> RowReader { RowReader(values) }
}

/// Reads a row's columns from left to right, each as what the program expects it to be. A column
/// that is something else, or is not there, is thrown as `StorageError.unexpectedValue`.
public struct RowReader: Sendable {
    private let values: [SQLValue]
    private var column = 0

    init(_ values: [SQLValue]) { self.values = values }

    public mutating func text() throws(StorageError) -> String {
        let value = try next("text")
        guard case .text(let text) = value else { throw unexpected(value, "text") }
        return text
    }

    public mutating func optionalText() throws(StorageError) -> String? {
        switch try next("text or NULL") {
        case .null: return nil
        case .text(let text): return text
        case let other: throw unexpected(other, "text or NULL")
        }
    }

    public mutating func integer() throws(StorageError) -> Int64 {
        let value = try next("an integer")
        guard case .integer(let integer) = value else { throw unexpected(value, "an integer") }
        return integer
    }

    public mutating func optionalInteger() throws(StorageError) -> Int64? {
        switch try next("an integer or NULL") {
        case .null: return nil
        case .integer(let integer): return integer
        case let other: throw unexpected(other, "an integer or NULL")
        }
    }

    public mutating func boolean() throws(StorageError) -> Bool {
        let value = try next("a boolean")
        guard let boolean = Self.boolean(value) else { throw unexpected(value, "a boolean") }
        return boolean
    }

    public mutating func optionalBoolean() throws(StorageError) -> Bool? {
        let value = try next("a boolean or NULL")
        if value == .null { return nil }
        guard let boolean = Self.boolean(value) else { throw unexpected(value, "a boolean or NULL") }
        return boolean
    }

    private static func boolean(_ value: SQLValue) -> Bool? {
        switch value {
        case .boolean(let boolean): boolean
        case .integer(0): false
        case .integer(1): true
        default: nil
        }
    }

    private mutating func next(_ expected: String) throws(StorageError) -> SQLValue {
        guard column < values.count else {
            throw .unexpectedValue(column: column, expected: expected, found: "nothing: the row ends before it")
        }
        defer { column += 1 }
        return values[column]
    }

    private func unexpected(_ value: SQLValue, _ expected: String) -> StorageError {
        .unexpectedValue(column: column - 1, expected: expected, found: value.kind)
    }
}
