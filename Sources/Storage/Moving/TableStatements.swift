/// The statements that copy and compare one table, their texts made once.
struct TableStatements: Sendable {
    /// A statement's parameters are limited (SQLite: 32,766, PostgreSQL: 65,535), and the widest table has 22
    /// columns.
    static let rowsPerStatement = 100

    let table: TableLayout
    private let keyPlaces: [Int]
    private let insertsOne: String
    private let insertsMany: String
    private let firstPage: String
    private let laterPage: String
    private let findsMany: String
    private let all: String
    private let occupation: String
    private let counting: String

    init(_ table: TableLayout) {
        self.table = table
        let columns = table.columns.map(\.name).joined(separator: ", ")
        let keys = table.key.map(\.name)
        let key = keys.joined(separator: ", ")
        keyPlaces = table.key.compactMap(table.columns.firstIndex(of:))

        func insertion(_ rows: Int) -> String {
            """
            INSERT INTO \(table.name) (\(columns)) VALUES \(Self.rows(rows, of: table.columns)) \
            ON CONFLICT DO NOTHING
            """
        }
        insertsOne = insertion(1)
        insertsMany = insertion(Self.rowsPerStatement)

        // The mark of an unfinished move is the target's own.
        let others = table.name == "setting" ? "name <> '\(MoveMark.name)'" : "1 = 1"
        all = "SELECT \(columns) FROM \(table.name) WHERE \(others)"
        firstPage = "\(all) ORDER BY \(key) LIMIT $1"
        let after = Self.rows(1, of: table.key)
        laterPage = "\(all) AND (\(key)) > \(after) ORDER BY \(key) LIMIT $\(keys.count + 1)"
        occupation = "SELECT 1 FROM \(table.name) WHERE \(others) LIMIT 1"
        counting = "SELECT COUNT(*) FROM \(table.name) WHERE \(others)"

        // SQLite looks a list of two columns up by their index in a join, but not with IN.
        let isWanted = keys.map { "\(table.name).\($0) = wanted.\($0)" }.joined(separator: " AND ")
        findsMany = """
            WITH wanted (\(key)) AS (VALUES \(Self.rows(Self.rowsPerStatement, of: table.key))) \
            SELECT \(table.columns.map { "\(table.name).\($0.name)" }.joined(separator: ", ")) \
            FROM wanted JOIN \(table.name) ON \(isWanted)
            """
    }

    /// `($1::text, $2::bigint), ($3::text, …`: PostgreSQL can't tell the types of a list's parameters.
    private static func rows(_ count: Int, of columns: [TableLayout.Column]) -> String {
        (0..<count).map { row in
            let places = columns.enumerated().map { "$\(row * columns.count + $0 + 1)::\($1.type.rawValue)" }
            return "(\(places.joined(separator: ", ")))"
        }.joined(separator: ", ")
    }

    /// The next rows by key.
    func page(after key: [SQLValue]?, limit: Int) -> Statement {
        guard let key else { return Statement(firstPage, .integer(Int64(limit))) }
        return Statement(laterPage, key + [.integer(Int64(limit))])
    }

    /// Every row, in no order.
    var rows: Statement { Statement(all) }
    /// A row when there is one.
    var anyRow: Statement { Statement(occupation) }
    var count: Statement { Statement(counting) }
    var deletion: Statement { Statement("DELETE FROM \(table.name)") }

    /// Adds the rows that are not there yet.
    func insertions(of rows: [Row]) -> [Statement] {
        rows.chunks(of: Self.rowsPerStatement).flatMap { chunk in
            chunk.count == Self.rowsPerStatement
                ? [Statement(insertsMany, chunk.flatMap(\.values))] : chunk.map { Statement(insertsOne, $0.values) }
        }
    }

    /// Finds the rows that have the keys of these, each once or, when it is the last one, more often.
    func lookups(of rows: [Row]) -> [Statement] {
        rows.chunks(of: Self.rowsPerStatement).compactMap { chunk in
            guard let last = chunk.last else { return nil }
            let missing = Self.rowsPerStatement - chunk.count
            return Statement(findsMany, (chunk + Array(repeating: last, count: missing)).flatMap(key))
        }
    }

    func key(of row: Row) -> [SQLValue] {
        keyPlaces.map { row.values.indices.contains($0) ? row.values[$0] : .null }
    }

    /// The row with each value as the kind its column has in both databases.
    ///
    /// - Throws: `StorageError.unexpectedValue`: SQLite keeps anything in any column.
    func adapted(_ row: Row) throws(StorageError) -> Row {
        var reader = row.reader()
        var values: [SQLValue] = []
        values.reserveCapacity(table.columns.count)
        for column in table.columns {
            switch column.type {
            case .text: values.append(.optional(try reader.optionalText()))
            case .bigint: values.append(.optional(try reader.optionalInteger()))
            case .boolean: values.append(.optional(try reader.optionalBoolean()))
            }
        }
        return Row(values)
    }

    /// The rows as `adapted` gives them.
    ///
    /// - Throws: `MoveProblem.refused` for a row that holds something else than its table says.
    func movable(_ rows: [Row]) throws -> [Row] {
        do { return try rows.map(adapted) } catch {
            throw MoveProblem.refused(table: table.name, reason: error.description)
        }
    }
}

extension Array {
    /// In pieces of that length; the last one may be shorter.
    func chunks(of length: Int) -> [[Element]] {
        stride(from: 0, to: count, by: length).map { Array(self[$0..<Swift.min($0 + length, count)]) }
    }
}
