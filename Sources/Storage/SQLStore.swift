public import AuthorizationServer

/// The store, on any database that speaks the common SQL of `Schema.swift`. Every query is written once,
/// beside the act it serves.
public struct SQLStore: Store {
    let database: any SQLDatabase
    /// Names of rows that nobody outside refers to.
    let generate: TokenGenerator

    public let endings: ChangeCounter

    /// - Parameter endings: shared by all who write to the same database.
    public init(_ database: any SQLDatabase, generate: TokenGenerator, endings: ChangeCounter = .inProcess()) {
        self.database = database
        self.generate = generate
        self.endings = endings
    }

    /// Brings the database to the newest schema.
    public func migrate() async throws { try await database.migrate(schema) }

    public func close() async { await database.close() }

    /// One page of a list and the number of rows on all of them, as of one moment.
    func page<Item>(
        _ columns: String, from source: String, where condition: String, order: String, _ parameters: [SQLValue],
        _ request: ListRequest, read: (Row) throws -> Item
    ) async throws -> Page<Item> {
        let limit = parameters.count + 1
        let answers = try await database.scan([
            Statement("SELECT COUNT(*) FROM \(source) WHERE \(condition)", parameters),
            Statement(
                """
                SELECT \(columns) FROM \(source) WHERE \(condition)
                ORDER BY \(order) LIMIT $\(limit) OFFSET $\(limit + 1)
                """, parameters + [.integer(request.limit), .integer(request.offset)]),
        ])
        var count = answers.first?.first?.reader()
        return Page(items: try (answers.last ?? []).map(read), total: try count?.integer() ?? 0)
    }

    /// Runs a unit that may end what tokens came from, and says so before it is answered, whatever became
    /// of it.
    func end(_ unit: [Statement]) async throws -> [[Row]] {
        defer { endings.announce() }
        return try await database.write(unit)
    }

    /// One row, or `nil`.
    func first<Item>(_ sql: String, _ parameters: SQLValue..., read: (Row) throws -> Item) async throws -> Item? {
        try await database.rows(Statement(sql, parameters)).first.map(read)
    }

    /// The pattern for a search in lower case; `%`, `_` and `\` stand for themselves.
    static func pattern(_ search: String) -> SQLValue {
        let words = search.trimmingBlanks()
        guard !words.isEmpty, words != "*" else { return "%" }
        let escaped = words.lowercased().replacing("\\", with: "\\\\").replacing("%", with: "\\%")
            .replacing("_", with: "\\_")
        return .text("%\(escaped)%")
    }
}

extension String {
    fileprivate func trimmingBlanks() -> String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
