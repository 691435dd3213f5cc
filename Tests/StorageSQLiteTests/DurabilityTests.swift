import AuthorizationServer
import Foundation
import Storage
import Testing

@testable import StorageSQLite

@Suite struct `What was answered` {
    let folder: Folder
    let database: SQLiteDatabase

    init() async throws {
        folder = try Folder()
        database = try await .migrated(folder.database)
    }

    @Test(
        "is on the disk by the settings that are in force",
        arguments: [
            ("synchronous", 2), ("journal_mode", "wal"), ("foreign_keys", 1), ("trusted_schema", 0),
            ("busy_timeout", 5_000),
        ] as [(String, SQLValue)])
    func settings(name: String, value: SQLValue) async throws {
        #expect(try await database.write(Statement("PRAGMA \(name)")) == [Row([value])])
    }

    @Test func `is there after a crash`() async throws {
        for number in 0..<20 { try await database.add("\(number)") }

        let copy = try folder.copyAsAfterCrash()

        #expect(try await SQLiteDatabase.migrated(copy.database).ids().count == 20)
    }

    @Test func `is readable by the owner of the file alone`() async throws {
        try await database.add("a")

        for suffix in ["", "-wal", "-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.database + suffix)
            #expect((attributes[.posixPermissions] as? Int).map { $0 & 0o777 } == 0o600, "\(suffix)")
        }
    }

    @Test func `does not make the journal grow without end while somebody always reads`() async throws {
        var options = SQLiteDatabase.Options()
        options.journalLimit = 100_000
        let database = try SQLiteDatabase(path: folder.database, options: options)
        let other = try OtherProcess(folder.database)
        try other.run("BEGIN; SELECT count(*) FROM item")
        for number in 0..<20 { try await database.add("\(number)" + String(repeating: "x", count: 10_000)) }
        let journal = SQLiteFile.size(of: folder.database + "-wal")
        #expect(journal > options.journalLimit)

        try other.run("COMMIT")
        for number in 20..<30 { try await database.add("\(number)" + String(repeating: "x", count: 10_000)) }

        #expect(SQLiteFile.size(of: folder.database + "-wal") <= options.journalLimit)
        #expect(try await database.ids().count == 30)
    }

    @Test func `is complete in one file after closing`() async throws {
        try await database.add("a")
        await database.close()

        #expect(!FileManager.default.fileExists(atPath: folder.database + "-wal"))
        #expect(try await SQLiteDatabase.migrated(folder.database).ids() == ["a"])
    }
}

@Suite struct `When the disk is full` {
    let folder: Folder
    let database: SQLiteDatabase

    init() async throws {
        folder = try Folder()
        database = try await .migrated(folder.database)
        try await database.add("before")
        _ = try await database.write(Statement("PRAGMA max_page_count = 1"))  // is raised to what there is
    }

    private func addLarge(_ id: String) async throws {
        _ = try await database.write(
            Statement("INSERT INTO item (id) VALUES ($1)", .text(id + String(repeating: "x", count: 100_000))))
    }

    @Test func `writes are refused and undone, and reads go on`() async throws {
        let error = await #expect(throws: StoreError.self) { try await addLarge("large") }

        #expect(error == .unavailable("database or disk is full"))
        #expect(try await database.rows(Statement("SELECT id FROM item")) == [Row(["before"])])
        #expect(try await database.ids() == ["before"])
    }

    @Test func `says that it can't write, until a write has succeeded`() async throws {
        #expect(database.canWrite)
        await #expect(throws: StoreError.self) { try await addLarge("large") }
        #expect(!database.canWrite)
        await #expect(throws: (any Error).self) { try await database.add("before") }
        #expect(!database.canWrite, "nothing was written")

        try await database.add("small")
        #expect(database.canWrite)
    }

    @Test func `what still fits is kept, also beside what does not`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    if number % 4 == 0 {
                        await #expect(throws: StoreError.self) { try await addLarge("\(number)") }
                    } else {
                        try await database.add("\(number)")
                    }
                }
            }
            try await group.waitForAll()
        }

        #expect(try await database.ids().count == 16)
    }

    @Test func `writes go on by themselves when there is room again`() async throws {
        await #expect(throws: StoreError.self) { try await addLarge("large") }
        _ = try await database.write(Statement("PRAGMA max_page_count = 1000000"))

        try await addLarge("large")

        #expect(try await database.ids().count == 2)
    }
}

@Suite struct `After an error of the disk` {
    let folder: Folder
    let writer: Writer

    init() throws {
        folder = try Folder()
        writer = try Writer(SQLiteFile(preparing: folder.database), SQLiteDatabase.Options())
    }

    @Test func `the connection is opened again before it writes`() throws {
        // A setting that only lasts as long as the connection.
        try writer.use { _ = try $0.pragma("cache_size = -77") }
        #expect(try writer.use { try $0.pragma("cache_size") } == -77)

        writer.doubt()

        #expect(try writer.use { try $0.pragma("cache_size") } == -4_096)
        #expect(try writer.use { try $0.pragma("synchronous") } == 2)
    }

    @Test func `nothing is written to a file that has taken the place of the one that was opened`() throws {
        try FileManager.default.moveItem(atPath: folder.database, toPath: folder.path + "/moved")
        _ = try OtherProcess(folder.database)
        try Data().write(to: URL(fileURLWithPath: folder.database))

        writer.doubt()

        #expect(throws: StoreError.self) { try writer.use { _ = try $0.pragma("synchronous") } }
    }

    @Test func `that a transaction was left open by, the next one starts anew`() throws {
        try writer.use { try $0.run("BEGIN IMMEDIATE") }

        try writer.use { try $0.run("BEGIN IMMEDIATE") }
    }
}
