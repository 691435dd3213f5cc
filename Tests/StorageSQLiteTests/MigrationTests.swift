import AuthorizationServer
import Storage
import StorageSQLite
import Testing

@Suite struct `The schema` {
    let folder: Folder
    let database: SQLiteDatabase

    init() throws {
        folder = try Folder()
        database = try SQLiteDatabase(path: folder.database)
    }

    private func versions() async throws -> [Row] {
        try await database.scan(Statement("SELECT version, name FROM schema_version ORDER BY version"))
    }

    private func message(_ steps: [Migration]) async -> String {
        let error = await #expect(throws: StorageError.self) { try await database.migrate(steps) }
        guard case .schema(let message) = error else { return "" }
        return message
    }

    @Test func `grows by the steps that are missing`() async throws {
        try await database.migrate([])
        try await database.migrate(Array(steps.prefix(1)))
        #expect(try await versions() == [Row([1, "items"])])

        try await database.migrate(steps)
        try await database.migrate(steps)

        #expect(try await versions() == [Row([1, "items"]), Row([2, "parts"])])
        _ = try await database.write(Statement("SELECT item_id FROM part"))
    }

    @Test func `that is newer than the program is refused`() async throws {
        try await database.migrate(steps)

        #expect(
            await message(Array(steps.prefix(1)))
                == "The database has schema version 2, this program knows 1: use a newer program.")
    }

    @Test func `that has been through other steps is refused`() async throws {
        try await database.migrate(steps)

        let other = [steps[0], Migration("pieces", ""), Migration("more", "CREATE TABLE more (id TEXT)")]

        #expect(await message(other).contains("“parts”"))
        #expect(try await versions().count == 2)
    }

    @Test func `of another program is left alone`() async throws {
        _ = try await database.write(Statement("CREATE TABLE bookmarks (url TEXT)"))

        #expect(await message(steps).contains("another program's"))
        #expect(try await database.scan(Statement("SELECT name FROM sqlite_schema")) == [Row(["bookmarks"])])
    }

    @Test func `keeps the steps before one that fails, and nothing of that one`() async throws {
        let broken = Migration("broken", "CREATE TABLE kept (id TEXT); INSERT INTO absent VALUES (1);")

        #expect(await message(steps + [broken]) == "Schema version 3, “broken”: no such table: absent.")

        #expect(try await versions().count == 2)
        #expect(try await database.scan(Statement("SELECT name FROM sqlite_schema WHERE name = 'kept'")) == [])
        try await database.migrate(steps + [Migration("mended", "CREATE TABLE kept (id TEXT)")])
        #expect(try await versions().count == 3)
    }

    @Test func `is whole after a crash in the middle of a step`() async throws {
        try await database.migrate(Array(steps.prefix(1)))
        let other = try OtherProcess(folder.database)
        try other.run("PRAGMA cache_size = 5; BEGIN IMMEDIATE;" + steps[1].sql)
        for number in 0..<200 {
            try other.run("INSERT INTO item (id) VALUES ('\(number)\(String(repeating: "x", count: 1_000))')")
        }

        let copy = try folder.copyAsAfterCrash()
        try other.run("ROLLBACK")

        let recovered = try SQLiteDatabase(path: copy.database)
        #expect(try await recovered.rows(Statement("SELECT version FROM schema_version")) == [Row([1])])
        try await recovered.migrate(steps)
        #expect(try await recovered.ids() == [])
    }

    @Test func `may replace a table that others refer to, and loses nothing by it`() async throws {
        try await database.migrate(steps)
        _ = try await database.write([
            Statement("INSERT INTO item VALUES ('a', 1)"), Statement("INSERT INTO part VALUES ('p', 'a')"),
        ])
        let replace = Migration(
            "items in another order",
            """
            CREATE TABLE new_item (count BIGINT NOT NULL, id TEXT PRIMARY KEY);
            INSERT INTO new_item SELECT count, id FROM item;
            DROP TABLE item;
            ALTER TABLE new_item RENAME TO item;
            """)

        try await database.migrate(steps + [replace])

        #expect(try await database.scan(Statement("SELECT id FROM part")) == [Row(["p"])])
        await #expect(throws: StoreError.missing) {
            try await database.write(Statement("INSERT INTO part VALUES ('q', 'nothing')"))
        }
    }

    @Test func `does not accept a step that leaves references to nothing`() async throws {
        try await database.migrate(steps)
        let wrong = Migration("wrong", "INSERT INTO part VALUES ('p', 'nothing');")

        #expect(await message(steps + [wrong]).contains("references to missing"))
        #expect(try await database.scan(Statement("SELECT id FROM part")) == [])
    }

    @Test func `needs no room on the disk when there is nothing to do`() async throws {
        try await database.migrate(steps)
        let other = try OtherProcess(folder.database)
        try other.run("BEGIN IMMEDIATE")

        try await database.migrate(steps)

        try other.run("ROLLBACK")
    }
}
