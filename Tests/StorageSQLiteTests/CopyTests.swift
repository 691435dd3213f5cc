import Foundation
import Storage
import StorageSQLite
import Testing

@Suite struct `A copy of the file` {
    let folder: Folder
    let database: SQLiteDatabase

    init() async throws {
        folder = try Folder()
        database = try await .migrated(folder.database)
    }

    @Test func `holds what was answered, in one file, while others write`() async throws {
        for number in 0..<50 { try await database.add("before-\(number)") }
        let writer = Task { [database] in
            var number = 0
            while !Task.isCancelled {
                number += 1
                try await database.add("during-\(number)")
            }
        }

        let file = folder.path + "/copy.sqlite"
        try await SQLiteCopy(of: folder.database).write(to: file)
        writer.cancel()
        _ = try? await writer.value

        #expect(!FileManager.default.fileExists(atPath: file + "-wal"))
        #expect(try await SQLiteCopy(of: file).faults() == [])
        let copy = try SQLiteDatabase(path: file)
        #expect(try await copy.ids().filter { $0.hasPrefix("before") }.count == 50)
        await copy.close()
    }

    @Test func `does not replace a file that has something in it`() async throws {
        let file = folder.path + "/copy.sqlite"
        try Data("precious".utf8).write(to: URL(fileURLWithPath: file))

        await #expect(throws: (any Error).self) { try await SQLiteCopy(of: folder.database).write(to: file) }

        #expect(FileManager.default.contents(atPath: file) == Data("precious".utf8))
    }

    @Test func `is complete without a journal once it says so`() async throws {
        let file = folder.path + "/copy.sqlite"
        try await SQLiteCopy(of: folder.database).write(to: file)
        let opened = try await SQLiteDatabase.migrated(file)
        try await opened.add("later")
        await opened.close()

        try await SQLiteCopy(of: file).complete()

        #expect(!FileManager.default.fileExists(atPath: file + "-wal"))
        #expect(!FileManager.default.fileExists(atPath: file + "-shm"))
        // Bytes 18 and 19 of the header: 1 for a rollback journal, 2 for WAL.
        let header = try #require(FileManager.default.contents(atPath: file)).prefix(20)
        #expect(header.suffix(2) == Data([1, 1]))
    }

    @Test func `of a damaged file says what is wrong`() async throws {
        _ = try await database.write(
            (0..<2_000).map { Statement("INSERT INTO item (id) VALUES ($1)", .text("item-\($0)")) })
        await database.close()
        let handle = try #require(FileHandle(forUpdatingAtPath: folder.database))
        try handle.seek(toOffset: 3 * 4_096)
        try handle.write(contentsOf: Data(repeating: 0xA5, count: 4_096))
        try handle.close()

        #expect(try await SQLiteCopy(of: folder.database).faults() != [])
    }

    @Test func `knows whether somebody has the database open`() async throws {
        try await database.add("a")
        let copy = try SQLiteCopy(of: folder.database)
        #expect(await copy.isInUse())

        await database.close()

        #expect(await !copy.isInUse())
        let again = try await SQLiteDatabase.migrated(folder.database)
        #expect(try await again.ids() == ["a"])
        #expect(await copy.isInUse())
        await again.close()
    }

    @Test func `of nothing is refused`() {
        #expect(throws: StorageError.self) { try SQLiteCopy(of: folder.path + "/nothing.sqlite") }
        #expect(SQLiteCopy.isEmpty(folder.path + "/nothing.sqlite"))
    }
}
