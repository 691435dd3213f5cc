import AuthorizationServer
import Storage
import StorageSQLite
import Testing

@Suite struct `A statement` {
    let database: SQLiteDatabase

    init() async throws { database = try await .inMemory() }

    @Test func `brings every kind of value there and back`() async throws {
        let rows = try await database.rows(Statement("SELECT $1, $2, $3, $4", "naïve 🗝", -7, nil, true))

        #expect(rows == [Row(["naïve 🗝", -7, nil, 1])])
    }

    @Test func `tells an empty text from nothing`() async throws {
        #expect(try await database.rows(Statement("SELECT $1, $1 IS NULL", "")) == [Row(["", 0])])
    }

    @Test func `may name its parameters in any order, twice, and with a type`() async throws {
        let rows = try await database.rows(Statement("SELECT $2, $1, $2, $1::text", "one", "two"))

        #expect(rows == [Row(["two", "one", "two", "one"])])
    }

    @Test func `may hold a dollar sign in a text`() async throws {
        let rows = try await database.rows(Statement("SELECT '$2', $1, \"$3\" FROM (SELECT 9 AS \"$3\")", "one"))

        #expect(rows == [Row(["$2", "one", 9])])
    }

    @Test(
        "with too few, too many or oddly named parameters is refused",
        arguments: [
            Statement("SELECT $1, $2", "one"), Statement("SELECT $1", "one", "two"), Statement("SELECT $2", "one"),
            Statement("SELECT ?", "one"), Statement("SELECT :name", "one"), Statement("SELECT $0", "one"),
            Statement("SELECT $99999999999999999999", "one"), Statement("SELECT $1x", "one"), Statement("SELECT $1"),
        ])
    func wrongParameters(_ statement: Statement) async {
        await #expect(throws: StorageError.self) { try await database.rows(statement) }
    }

    @Test("that is not one statement is refused", arguments: ["", "-- nothing", "SELECT 1; SELECT 2", "SELEKT 1"])
    func wrongText(_ sql: String) async {
        await #expect(throws: StorageError.self) { try await database.rows(Statement(sql)) }
        await #expect(throws: StorageError.self) { try await database.write(Statement(sql)) }
    }

    @Test func `with a NUL in a text is refused, as PostgreSQL would`() async throws {
        await #expect(throws: StorageError.self) { try await database.add("a\0b") }
        #expect(try await database.ids() == [])
    }

    @Test func `that answers with what is no common kind of value is refused`() async {
        await #expect(throws: StorageError.self) { try await database.rows(Statement("SELECT 1.5")) }
        await #expect(throws: StorageError.self) { try await database.rows(Statement("SELECT x'00ff'")) }
    }

    @Test func `that writes is refused as a read`() async throws {
        let insert = Statement("INSERT INTO item (id) VALUES ($1)", "a")

        await #expect(throws: StorageError.self) { try await database.rows(insert) }
        await #expect(throws: StorageError.self) { try await database.scan(insert) }
        #expect(try await database.ids() == [])
    }

    @Test func `that breaks a rule of uniqueness says which`() async throws {
        try await database.add("a")

        await #expect(throws: StoreError.conflict("item.id")) { try await database.add("a") }
    }

    @Test func `that refers to nothing says so`() async {
        await #expect(throws: StoreError.missing) {
            try await database.write(Statement("INSERT INTO part VALUES ('p', 'nothing')"))
        }
    }

    @Test func `that breaks any other rule is a fault of the program`() async {
        await #expect(throws: StorageError.self) {
            try await database.write(Statement("INSERT INTO item VALUES ('a', -1)"))
        }
    }
}
