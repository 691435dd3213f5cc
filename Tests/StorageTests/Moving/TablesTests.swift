import Storage
import StorageSQLite
import Testing

@Suite struct `The tables that move` {
    let database: SQLiteDatabase

    init() async throws {
        database = try SQLiteDatabase(path: ":memory:")
        try await database.migrate(schema)
    }

    @Test func `are all of the schema but those that are each database's own`() async throws {
        let rows = try await database.scan(Statement("SELECT name FROM sqlite_schema WHERE type = 'table'"))
        let names = try rows.map { row in
            var row = row.reader()
            return try row.text()
        }

        #expect(Set(names) == Set(tables.map(\.name)).union(["schema_version", "change_count", "lease"]))
        #expect(Set(tables.map(\.name)).count == tables.count)
    }

    @Test(arguments: tables.map(\.name))
    func `have the columns and the key of the schema`(_ name: String) async throws {
        let table = try #require(tables.first { $0.name == name })
        let rows = try await database.scan(
            Statement("SELECT name, type, pk FROM pragma_table_info($1)", .text(table.name)))
        var columns: [String: String] = [:]
        var key: [Int64: String] = [:]
        for row in rows {
            var row = row.reader()
            let (name, type, place) = (try row.text(), try row.text(), try row.integer())
            columns[name] = type
            if place > 0 { key[place] = name }
        }

        let known = table.columns.map { ($0.name, $0.type.rawValue.uppercased()) }
        #expect(Dictionary(known, uniquingKeysWith: { first, _ in first }) == columns)
        #expect(known.count == columns.count)
        #expect(table.key.map(\.name) == key.sorted { $0.key < $1.key }.map(\.value))
    }

    @Test func `come after what they refer to`() async throws {
        var before: Set<String> = []
        for table in tables {
            let parents = try await database.scan(
                Statement("SELECT \"table\" FROM pragma_foreign_key_list($1)", .text(table.name)))
            for row in parents {
                var row = row.reader()
                let parent = try row.text()
                #expect(before.contains(parent), "\(table.name) refers to \(parent)")
            }
            before.insert(table.name)
        }
    }
}
