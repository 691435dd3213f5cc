import OAuth

/// What stands in the target's `setting` table from before the first row is moved until the last one has been
/// compared: what is moved, and how far it got.
struct MoveMark: Sendable, Equatable {
    static let name = "unfinished-move"

    /// The source's oldest domain: whose identifiers these are.
    let origin: String
    /// Where the source was, for people.
    let place: String
    /// The table that is being moved, and the key of its last row that has been.
    var table = ""
    var key: [SQLValue] = []

    private var text: String {
        JSON.object([
            JSON.Member("origin", .string(origin)), JSON.Member("place", .string(place)),
            JSON.Member("table", .string(table)), JSON.Member("key", keyJSON(key)),
        ]).text
    }

    var insertion: Statement {
        Statement(
            "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
            .text(Self.name), .text(text))
    }
    var update: Statement {
        Statement("UPDATE setting SET value = $2 WHERE name = $1", .text(Self.name), .text(text))
    }
    static var deletion: Statement { Statement("DELETE FROM setting WHERE name = $1", .text(name)) }

    /// The mark that a database has; `nil` when no move into it is under way.
    static func found(in database: any SQLDatabase) async throws -> MoveMark? {
        let rows = try await database.rows(Statement("SELECT value FROM setting WHERE name = $1", .text(name)))
        guard var row = rows.first?.reader() else { return nil }
        let json = (try? JSON(parsing: try row.text())) ?? .null
        return MoveMark(
            origin: json["origin"]?.string ?? "", place: json["place"]?.string ?? "",
            table: json["table"]?.string ?? "",
            key: (json["key"]?.array ?? []).map { value in
                value.string.map(SQLValue.text) ?? value.integer.map(SQLValue.integer) ?? .null
            })
    }
}

/// A row's key in a form that is the same whichever database it comes from.
func keyJSON(_ key: [SQLValue]) -> JSON {
    .array(
        key.map { value in
            switch value {
            case .null: .null
            case .integer(let integer): .integer(integer)
            case .text(let text): .string(text)
            case .boolean(let boolean): .bool(boolean)
            }
        })
}

/// Where an unfinished move into this database came from; `nil` when none is under way. What is only there in
/// part is not to be served.
public func unfinishedMove(into database: any SQLDatabase) async throws -> String? {
    try await MoveMark.found(in: database)?.place
}
