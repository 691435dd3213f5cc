import AuthorizationServer
import Storage
import StorageSQLite
import Testing

@Suite struct `A read` {
    let folder: Folder
    let database: SQLiteDatabase

    init() async throws {
        folder = try Folder()
        database = try await .migrated(folder.database)
    }

    @Test(arguments: [true, false])
    func `sees what was answered before it was asked`(inMemory: Bool) async throws {
        let database = inMemory ? try await SQLiteDatabase.inMemory() : database

        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<32 {
                group.addTask {
                    for turn in 0..<20 {
                        let id = SQLValue.text("\(task)-\(turn)")
                        _ = try await database.write(Statement("INSERT INTO item (id) VALUES ($1)", id))
                        let found = try await database.rows(Statement("SELECT id FROM item WHERE id = $1", id))
                        let listed = try await database.scan(Statement("SELECT id FROM item WHERE id = $1", id))
                        #expect(found == [Row([id])])
                        #expect(listed == found)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `that fails fails alone`() async throws {
        try await database.add("a")

        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                group.addTask {
                    if number % 3 == 0 {
                        let wrong = Statement("SELECT no_such_column")
                        await #expect(throws: StorageError.self) { try await database.rows(wrong) }
                    } else {
                        let found = try await database.rows(Statement("SELECT id FROM item"))
                        #expect(found == [Row(["a"])])
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `is answered while another process writes`() async throws {
        let other = try OtherProcess(folder.database)
        try other.run("BEGIN IMMEDIATE; INSERT INTO item (id) VALUES ('not yet')")

        #expect(try await database.rows(Statement("SELECT id FROM item")) == [])

        try other.run("COMMIT")
        #expect(try await database.rows(Statement("SELECT id FROM item")) == [Row(["not yet"])])
    }

    @Test(arguments: [true, false])
    func `of many statements sees one moment`(inMemory: Bool) async throws {
        let database = inMemory ? try await SQLiteDatabase.inMemory() : database
        _ = try await database.write(Statement("INSERT INTO item VALUES ('a', 100), ('b', 100)"))
        let move = [
            Statement("UPDATE item SET count = count - 1 WHERE id = 'a'"),
            Statement("UPDATE item SET count = count + 1 WHERE id = 'b'"),
        ]
        let counts = [
            Statement("SELECT count FROM item WHERE id = 'a'"), Statement("SELECT count FROM item WHERE id = 'b'"),
        ]

        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { _ = try await database.write(move) } }
            for _ in 0..<100 {
                group.addTask {
                    let sum = try await database.scan(counts).joined().reduce(Int64(0)) {
                        var row = $1.reader()
                        return $0 + (try row.integer())
                    }
                    #expect(sum == 200)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `that may take long delays neither the short ones nor the writes, and can be cancelled`() async throws {
        let endless = Statement(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
        let scans = (0..<5).map { _ in Task { try await database.scan(endless) } }

        for number in 0..<20 {
            try await database.add("\(number)")
            #expect(try await database.rows(Statement("SELECT 1")) == [Row([1])])
        }

        for scan in scans {
            scan.cancel()
            await #expect(throws: CancellationError.self) { try await scan.value }
        }
        #expect(try await database.ids().count == 20)
    }
}
