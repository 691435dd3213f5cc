import AuthorizationServer
import Storage
import StoragePostgres
import Testing

@Suite struct `A PostgreSQL statement` {
    let database: PostgresDatabase

    init() async throws { database = try await .migrated() }

    @Test func `brings every kind of value there and back`() async throws {
        let rows = try await database.rows(
            Statement("SELECT $1, $2, $3, $4, $5, $6", "naïve 🗝", -7, nil, true, .integer(.min), .integer(.max)))

        #expect(rows == [Row(["naïve 🗝", -7, nil, true, .integer(.min), .integer(.max)])])
    }

    @Test func `tells an empty text from nothing`() async throws {
        #expect(try await database.rows(Statement("SELECT $1, $1 IS NULL", "")) == [Row(["", false])])
    }

    @Test func `may be used with a value and without one, in any order`() async throws {
        let statement = "INSERT INTO optional SELECT $1, $2, $3, $4 WHERE $1 = $1 RETURNING words, number, truth"
        _ = try await database.write(
            Statement("CREATE TABLE optional (id TEXT, words TEXT, number BIGINT, truth BOOLEAN)"))

        let rows: [[SQLValue]] = [
            [nil, nil, nil], ["a", 1, true], [nil, 2, nil], ["b", nil, false], [nil, nil, nil],
        ]
        for row in rows {
            #expect(try await database.write(Statement(statement, ["id"] + row)) == [Row(row)])
        }
    }

    @Test func `has integers as large as they come, also where a small one stands beside them`() async throws {
        let rows = try await database.rows(Statement("SELECT $1 + 1, COALESCE($2, $1), 3", 4_000_000_000, nil))

        #expect(rows == [Row([4_000_000_001, 4_000_000_000, 3])])
    }

    @Test(
        "that is wrong in itself is refused",
        arguments: ["SELEKT 1", "SELECT 1; SELECT 2", "SELECT absent", "SELECT $2"])
    func wrongText(_ sql: String) async throws {
        await #expect(throws: StorageError.self) { try await database.rows(Statement(sql)) }
        await #expect(throws: StorageError.self) { try await database.write(Statement(sql)) }
        await #expect(throws: StorageError.self) { try await database.scan(Statement(sql)) }
        #expect(try await database.rows(Statement("SELECT 1")) == [Row([1])])
    }

    @Test func `with too few parameters is refused`() async {
        await #expect(throws: StorageError.self) { try await database.rows(Statement("SELECT $1, $2", "one")) }
    }

    @Test func `with a NUL in a text is refused, as SQLite would`() async throws {
        await #expect(throws: StorageError.self) { try await database.add("a\0b") }
        #expect(try await database.ids() == [])
    }

    @Test func `that answers with what is no common kind of value is refused`() async {
        await #expect(throws: StorageError.self) { try await database.rows(Statement("SELECT 1.5")) }
        await #expect(throws: StorageError.self) { try await database.rows(Statement("SELECT '\\x00ff'::bytea")) }
    }

    @Test func `that writes is refused as a read`() async throws {
        let insert = Statement("INSERT INTO item (id) VALUES ($1)", "a")

        await #expect(throws: StorageError.self) { try await database.rows(insert) }
        await #expect(throws: StorageError.self) { try await database.scan(insert) }
        #expect(try await database.ids() == [])
    }

    @Test func `that writes as a read fails alone`() async throws {
        let read = Statement("SELECT 1")
        let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                let statement = number % 10 == 0 ? Statement("DELETE FROM item") : read
                group.addTask {
                    do {
                        return try await database.rows(statement) == [Row([1])]
                    } catch is StorageError {
                        return false
                    }
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }

        #expect(answers == 90)
    }

    @Test func `that breaks a rule of uniqueness says which, and not with which values`() async throws {
        try await database.add("a")
        _ = try await database.write(
            Statement("CREATE TABLE account (domain_id TEXT, login_name TEXT, UNIQUE (domain_id, login_name))"))
        _ = try await database.write(Statement("CREATE UNIQUE INDEX account_name ON account (lower(login_name))"))
        let insert = Statement("INSERT INTO account VALUES ('secret-domain', $1)", "secret")
        _ = try await database.write(insert)

        await #expect(throws: StoreError.conflict("item.id")) { try await database.add("a") }
        await #expect(throws: StoreError.conflict("account.domain_id, account.login_name")) {
            try await database.write(insert)
        }
        await #expect(throws: StoreError.conflict("account.lower(login_name)")) {
            try await database.write(Statement("INSERT INTO account VALUES ('other', 'SECRET')"))
        }
    }

    @Test func `that refers to nothing says so`() async {
        await #expect(throws: StoreError.missing) {
            try await database.write(Statement("INSERT INTO part VALUES ('p', 'nothing')"))
        }
    }

    @Test func `that breaks any other rule is a fault of the program, told without the value`() async throws {
        await #expect(throws: StorageError.self) {
            try await database.write(Statement("INSERT INTO item VALUES ('a', -1)"))
        }
        let error = await #expect(throws: StorageError.self) {
            try await database.rows(Statement("SELECT $1::bigint", "hunter2"))
        }
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test func `is prepared anew when a table has changed under it`() async throws {
        try await database.add("a")
        let all = Statement("SELECT * FROM item")
        #expect(try await database.rows(all) == [Row(["a", 0])])

        _ = try await database.write(Statement("ALTER TABLE item ADD COLUMN more TEXT"))

        #expect(try await database.rows(all) == [Row(["a", 0, nil])])
    }

    @Test func `may be one of very many`() async throws {
        for number in 0..<1_200 {
            #expect(try await database.rows(Statement("SELECT \(number)")) == [Row([.integer(Int64(number))])])
        }
    }

    @Test func `that leaves a transaction open takes nothing with it`() async throws {
        var options = PostgresDatabase.Options()
        options.writers = 1
        let database = try await PostgresDatabase.migrated(options)
        _ = try? await database.write(Statement("BEGIN"))

        try await database.add("a")

        #expect(try await database.ids() == ["a"])
    }
}
