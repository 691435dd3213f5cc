public import AuthorizationServer

/// The store, on any database that speaks the common SQL of `Schema.swift`. Every query is written once,
/// beside the act it serves.
///
/// Several nodes may run any two units at once. Each statement sees what was committed before it began, and one
/// that waited for a row asks of that row alone again: what a unit decides on is therefore locked by a statement
/// before the one that decides. To insert a row locks what it refers to against being deleted.
///
/// Locks are taken in one order, so that no two units wait for each other: `change_count` 'administrators', domain,
/// user_account, client, api_key, session, authorization_code, client_grant, refresh_token, consent, throttle
/// (sources, then accounts), signing_key, `change_count` 'changes', 'endings'. That is also how a deletion goes
/// from a row to those that refer to it; hence what begins (a grant, a successor) is inserted before the row it
/// depends on (the code, the token) is locked, and taken back when that one was lost.
///
/// A unit whose rows only one caller has a reason to touch shares a commit with others: saving, redeeming and
/// rotating what the caller holds the secret of, and events. All others are `alone`.
public struct SQLStore: Store {
    let database: any SQLDatabase
    /// Names of rows that nobody outside refers to.
    let generate: TokenGenerator

    let counters: Counters

    /// - Parameter counters: shared by all who write to the same database.
    public init(_ database: any SQLDatabase, generate: TokenGenerator, counters: Counters = .inMemory()) {
        self.database = database
        self.generate = generate
        self.counters = counters
    }

    public var changes: UInt64? { counters.changes() }
    public func counts() async throws -> ChangeCount { try await counters.counts() }

    /// Brings the database to the newest schema.
    public func migrate() async throws { try await database.migrate(schema) }

    public var canWrite: Bool { database.canWrite }

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
    /// of it. The count is the last statement: its row is everybody's, and so held for the shortest time.
    func end(_ unit: [Statement], changing: Bool = false) async throws -> [[Row]] {
        defer {
            counters.announceEnding()
            if changing { counters.announceChange() }
        }
        let counts = (changing ? [Self.count("changes")] : []) + [Self.count("endings")]
        return try await database.write(unit + counts, alone: true).dropLast(counts.count)
    }

    /// Runs a unit that changes a domain, a client or a key, and says so likewise.
    func change(_ unit: [Statement]) async throws -> [[Row]] {
        defer { counters.announceChange() }
        return try await database.write(unit + [Self.count("changes")], alone: true).dropLast()
    }

    private static func count(_ name: String) -> Statement {
        Statement("UPDATE change_count SET value = value + 1 WHERE name = '\(name)'")
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
