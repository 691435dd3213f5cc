import AuthorizationServer
import Storage
import StorageSQLite
import Testing

@Suite struct `A file that is opened twice` {
    let folder: Folder

    init() throws { folder = try Folder() }

    @Test func `takes the writes of both, and shows them to both`() async throws {
        let one = try await SQLiteDatabase.migrated(folder.database)
        let two = try await SQLiteDatabase.migrated(folder.database)
        try await one.add("a")

        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let database = number % 2 == 0 ? one : two
                    _ = try await database.write(Statement("UPDATE item SET count = count + 1 WHERE id = 'a'"))
                }
            }
            try await group.waitForAll()
        }

        let count = Statement("SELECT count FROM item WHERE id = 'a'")
        #expect(try await one.rows(count) == [Row([100])])
        #expect(try await two.rows(count) == [Row([100])])
        await one.close()
        try await two.add("b")
        #expect(try await two.ids() == ["a", "b"])
    }

    @Test func `may be created and migrated by all at once`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask { try await SQLiteDatabase.migrated(folder.database).add("\(number)") }
            }
            try await group.waitForAll()
        }

        let database = try SQLiteDatabase(path: folder.database)
        #expect(try await database.ids().count == 8)
        #expect(try await database.rows(Statement("SELECT count(*) FROM schema_version")) == [Row([2])])
    }

    @Test func `makes a write wait for the other's`() async throws {
        var options = SQLiteDatabase.Options()
        options.busyTimeout = .seconds(60)
        let database = try await SQLiteDatabase.migrated(folder.database, options)
        let other = try OtherProcess(folder.database)
        try other.run("BEGIN IMMEDIATE; INSERT INTO item (id) VALUES ('other')")
        async let mine: Void = database.add("mine")
        for _ in 0..<100 { await Task.yield() }
        try other.run("COMMIT")

        try await mine

        #expect(try await database.ids() == ["mine", "other"])
    }

    @Test func `makes a write unavailable when the other's takes too long`() async throws {
        var options = SQLiteDatabase.Options()
        options.busyTimeout = .milliseconds(50)
        let database = try await SQLiteDatabase.migrated(folder.database, options)
        let other = try OtherProcess(folder.database)
        try other.run("BEGIN IMMEDIATE")

        await #expect(throws: StoreError.unavailable("database is locked")) { try await database.add("a") }

        try other.run("ROLLBACK")
        try await database.add("a")
        #expect(try await database.ids() == ["a"])
    }
}
