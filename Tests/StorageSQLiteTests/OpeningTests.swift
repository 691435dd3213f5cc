import AuthorizationServer
import Foundation
import Storage
import StorageSQLite
import Testing

@Suite struct `A path` {
    let folder: Folder

    init() throws { folder = try Folder() }

    private func message(_ path: String) throws -> String {
        let error = #expect(throws: StorageError.self) { try SQLiteDatabase(path: path) }
        guard case .cannotOpen(let message) = error else { return "" }
        return message
    }

    @Test(
        "to a file of another kind is refused, and the file stays as it is",
        arguments: [1, 10, 99, 100, 511, 512, 1_000, 4_096, 5_000, 100_000], [UInt8(0), UInt8(ascii: "x")])
    func junk(size: Int, byte: UInt8) throws {
        let junk = Data(repeating: byte, count: size)
        try junk.write(to: URL(fileURLWithPath: folder.database))

        #expect(try message(folder.database).contains("is not an SQLite database"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.database)) == junk)
    }

    @Test func `to a folder is refused`() throws {
        #expect(try message(folder.path).contains("is a folder"))
    }

    @Test func `into a folder that does not exist is refused`() throws {
        #expect(try message(folder.path + "/none/test.sqlite").contains("cannot be created: No such file"))
    }

    @Test("that SQLite would take for something else is refused", arguments: ["", "a\0b"])
    func oddPaths(_ path: String) throws {
        #expect(try message(path).contains("needs a path"))
    }

    @Test func `that looks like an address is a file's name`() async throws {
        #expect(try message("file:none/x?mode=memory").contains("cannot be created"))
    }

    @Test func `to a database that has lost its file but not its journal is refused`() async throws {
        let database = try await SQLiteDatabase.migrated(folder.database)
        try await database.add("a")
        let copy = try folder.copyAsAfterCrash()
        let journal = try Data(contentsOf: URL(fileURLWithPath: copy.database + "-wal"))

        try FileManager.default.removeItem(atPath: copy.database)
        #expect(try message(copy.database).contains("is missing"))
        try Data().write(to: URL(fileURLWithPath: copy.database))
        #expect(try message(copy.database).contains("is empty"))

        #expect(try Data(contentsOf: URL(fileURLWithPath: copy.database + "-wal")) == journal)
    }

    @Test(
        "to a database that is cut off is refused, and the file stays as it is",
        arguments: [1, 100, 4_096, 5_000, 10_000])
    func cutOff(bytes: Int) async throws {
        let database = try await SQLiteDatabase.migrated(folder.database)
        try await database.add(String(repeating: "x", count: 50_000))
        await database.close()
        let whole = try Data(contentsOf: URL(fileURLWithPath: folder.database))
        try whole.dropLast(bytes).write(to: URL(fileURLWithPath: folder.database))

        let message = try message(folder.database)

        #expect(message.contains("restore it from a backup"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.database)) == whole.dropLast(bytes))
    }

    @Test func `to a database with a hole in it is no reason to trap`() async throws {
        let database = try await SQLiteDatabase.migrated(folder.database)
        for number in 0..<200 { try await database.add("\(number)" + String(repeating: "x", count: 1_000)) }
        await database.close()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: folder.database))
        bytes.replaceSubrange(8_192..<(bytes.count - 4_096), with: Data(repeating: 0xA5, count: bytes.count - 12_288))
        try bytes.write(to: URL(fileURLWithPath: folder.database))

        let error = await #expect(throws: (any Error).self) {
            let database = try SQLiteDatabase(path: folder.database)
            _ = try await database.ids()
        }

        #expect(error is StoreError || error is StorageError)
    }

    @Test func `to a file that others can read is closed to them`() async throws {
        let database = try await SQLiteDatabase.migrated(folder.database)
        await database.close()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.database)

        _ = try SQLiteDatabase(path: folder.database)

        let attributes = try FileManager.default.attributesOfItem(atPath: folder.database)
        #expect((attributes[.posixPermissions] as? Int).map { $0 & 0o777 } == 0o600)
    }
}

@Suite struct `A closed database` {
    @Test(arguments: [true, false])
    func `answers what was asked before, and refuses the rest`(inMemory: Bool) async throws {
        let folder = try Folder()
        let database = try await SQLiteDatabase.migrated(inMemory ? ":memory:" : folder.database)

        await withTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    do {
                        try await database.add("\(number)")
                        _ = try await database.rows(Statement("SELECT 1"))
                        _ = try await database.ids()
                    } catch {
                        #expect(error as? StoreError == .unavailable("The database is closed."))
                    }
                }
                if number == 25 { group.addTask { await database.close() } }
            }
        }
        await database.close()

        let closed = StoreError.unavailable("The database is closed.")
        await #expect(throws: closed) { try await database.rows(Statement("SELECT 1")) }
        await #expect(throws: closed) { try await database.write(Statement("SELECT 1")) }
        await #expect(throws: closed) { try await database.scan(Statement("SELECT 1")) }
        await #expect(throws: closed) { try await database.migrate(steps) }
    }
}
