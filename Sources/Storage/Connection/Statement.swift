/// One SQL statement with its parameters `$1`, `$2` …, in SQL that both databases accept as written.
///
/// Every distinct text is prepared once and kept, so texts are constants of the program: what
/// varies is a parameter. A parameter may name its type for PostgreSQL's sake (`$1::text`).
public struct Statement: Sendable, Hashable {
    public let sql: String
    public let parameters: [SQLValue]

    public init(_ sql: String, _ parameters: SQLValue...) { self.init(sql, parameters) }

    public init(_ sql: String, _ parameters: [SQLValue]) {
        self.sql = sql
        self.parameters = parameters
    }
}
