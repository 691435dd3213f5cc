import AuthorizationServer
import PostgresTesting
import Storage
import StoragePostgres
import Testing

@Suite struct `The PostgreSQL schema` {
    let url: String
    let database: PostgresDatabase

    init() throws {
        url = try PostgresServer.emptySchema()
        database = try PostgresDatabase(url: url)
    }

    private func versions() async throws -> [Row] {
        try await database.scan(Statement("SELECT version, name FROM schema_version ORDER BY version"))
    }

    private func tables() throws -> [String] {
        try PostgresServer.run(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1", at: url)
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

    @Test func `that is newer than the program is refused, and nodes that run go on`() async throws {
        try await database.migrate(Array(steps.prefix(1)))
        try await PostgresDatabase(url: url).migrate(steps)

        #expect(
            await message(Array(steps.prefix(1)))
                == "The database has schema version 2, this program knows 1: use a newer program.")
        try await database.add("a")
    }

    @Test func `that has been through other steps is refused`() async throws {
        try await database.migrate(steps)

        let other = [steps[0], Migration("pieces", ""), Migration("more", "CREATE TABLE more (id TEXT)")]

        #expect(await message(other).contains("“parts”"))
        #expect(try await versions().count == 2)
    }

    @Test func `of another program is left alone`() async throws {
        try PostgresServer.run("CREATE TABLE bookmarks (url TEXT)", at: url)

        #expect(await message(steps).contains("another program's"))
        #expect(try tables() == ["bookmarks"])
    }

    @Test func `keeps the steps before one that fails, and nothing of that one`() async throws {
        let broken = Migration("broken", "CREATE TABLE kept (id TEXT); INSERT INTO absent VALUES (1);")

        #expect(await message(steps + [broken]) == "Schema version 3, “broken”: relation \"absent\" does not exist.")

        #expect(try await versions().count == 2)
        #expect(try tables() == ["item", "part", "schema_version"])
        try await database.migrate(steps + [Migration("mended", "CREATE TABLE kept (id TEXT)")])
        #expect(try await versions().count == 3)
    }

    @Test func `has no step that ends its own transaction`() async throws {
        #expect(await message([Migration("hasty", "CREATE TABLE kept (id TEXT); COMMIT")]).contains("transaction"))
    }

    @Test func `is made once when eight nodes start together`() async throws {
        let slow = steps + [Migration("slow", "SELECT pg_sleep(0.3); CREATE TABLE slow (id TEXT)")]

        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { try await PostgresDatabase(url: url).migrate(slow) } }
            try await group.waitForAll()
        }

        #expect(try await versions().count == 3)
    }

    @Test func `is whole when its node dies in the middle of a step`() async throws {
        try await database.migrate(Array(steps.prefix(1)))
        let slow = [steps[0], Migration("slow", "CREATE TABLE part (id TEXT); SELECT pg_sleep(60), 'dies \(url)'")]
        let dying = try PostgresDatabase(url: url)
        let migration = Task { try await dying.migrate(slow) }
        let kill = """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE state = 'active' AND query LIKE '%dies%\(url)%' AND pid <> pg_backend_pid()
            """
        #expect(try await eventually { try !PostgresServer.run(kill, at: url).isEmpty })

        await #expect(throws: StoreError.self) { try await migration.value }

        #expect(try tables() == ["item", "schema_version"])
        try await database.migrate(steps)
        #expect(try await versions().count == 2)
    }

    @Test func `needs a schema that is there`() async throws {
        let nowhere = try PostgresDatabase(url: url.replacing("test", with: "absent"))

        let error = await #expect(throws: StorageError.self) { try await nowhere.migrate(steps) }

        #expect(error?.description.contains("search_path") == true)
    }

    @Test func `of the program itself is one that PostgreSQL takes`() async throws {
        try await database.migrate(schema)
        try await database.migrate(schema)

        #expect(try await versions().count == schema.count)
    }
}
