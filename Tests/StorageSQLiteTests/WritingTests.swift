import AuthorizationServer
import GRDB
import Storage
import Testing

@testable import StorageSQLite

@Suite struct `A unit of work` {
    let folder: Folder
    let database: SQLiteDatabase

    init() async throws {
        folder = try Folder()
        database = try await .migrated(folder.database)
    }

    @Test func `answers the rows of each of its statements`() async throws {
        let rows = try await database.write([
            Statement("INSERT INTO item (id) VALUES ($1) RETURNING id, count", "a"),
            Statement("UPDATE item SET count = count + 1"),
            Statement("SELECT count FROM item WHERE id = $1", "a"),
        ])

        #expect(rows == [[Row(["a", 0])], [], [Row([1])]])
        #expect(try await database.write([]) == [])
    }

    @Test func `is kept as a whole or not at all`() async throws {
        await #expect(throws: StoreError.missing) {
            try await database.write([
                Statement("INSERT INTO item (id) VALUES ('a')"), Statement("INSERT INTO part VALUES ('p', 'nothing')"),
            ])
        }
        #expect(try await database.ids() == [])
    }

    @Test func `in fifty copies at once changes one row fifty times, one after the other`() async throws {
        try await database.add("a")
        let increment = Statement("UPDATE item SET count = count + 1 WHERE id = 'a' RETURNING count")

        let counts = try await withThrowingTaskGroup(of: [[Storage.Row]].self) { group in
            for _ in 0..<50 { group.addTask { try await database.write([increment]) } }
            return try await group.reduce(into: Set<[[Storage.Row]]>()) { $0.insert($1) }
        }

        #expect(counts == Set((1...50).map { [[Row([.integer($0)])]] }))
    }

    @Test func `that spends something succeeds for one of fifty`() async throws {
        try await database.add("code")
        let redeem = Statement("UPDATE item SET count = 1 WHERE id = 'code' AND count = 0 RETURNING id")

        let winners = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { try await database.write(redeem).count } }
            return try await group.reduce(0, +)
        }

        #expect(winners == 1)
    }

    @Test func `that fails leaves the others of its commit alone`() async throws {
        let other = try OtherProcess(folder.database)
        try other.run("BEGIN IMMEDIATE")

        // All of these wait for the other process, and so share what comes after it.
        let kept = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<40 {
                group.addTask {
                    do {
                        _ = try await database.write([
                            Statement("INSERT INTO item (id) VALUES ($1)", .text("\(number)")),
                            Statement("INSERT INTO part VALUES ($1, $1)", .text("\(number % 20)")),
                        ])
                        return true
                    } catch StoreError.conflict, StoreError.missing {
                        return false
                    }
                }
            }
            try other.run("ROLLBACK")
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }

        // Each of the numbers from 20 fails at its second statement: a part of that name is there, or
        // the item it is for is not there yet.
        #expect(kept == 20)
        #expect(Set(try await database.ids()) == Set((0..<20).map(String.init)))
        #expect(try await database.scan(Statement("SELECT id FROM part")).count == 20)
    }

    @Test func `goes on when its caller has been cancelled, and answers`() async throws {
        let other = try OtherProcess(folder.database)
        try other.run("BEGIN IMMEDIATE")
        let task = Task { try await database.add("a") }
        task.cancel()
        try other.run("ROLLBACK")

        try await task.value

        #expect(try await database.ids() == ["a"])
    }

    @Test func `is refused at once when too many wait`() async throws {
        var options = SQLiteDatabase.Options()
        options.waiting = 4
        let crowded = try SQLiteDatabase(path: folder.database, options: options)
        let other = try OtherProcess(folder.database)
        try other.run("BEGIN IMMEDIATE")

        // At most four are being served and four wait; they are answered when the lock is gone.
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                group.addTask {
                    do {
                        try await crowded.add("\(number)")
                        return true
                    } catch StoreError.overloaded {
                        return false
                    }
                }
            }
            var refused = 0
            while refused < 12, try await group.next() == false { refused += 1 }
            #expect(refused == 12)
            try other.run("ROLLBACK")
            let kept = try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            #expect(try await crowded.ids().count == kept)
        }
    }
}

@Suite struct `One commit of many units` {
    let connection: DatabaseQueue

    init() throws {
        connection = try openMemory(SQLiteDatabase.Options())
        try connection.writeWithoutTransaction { try $0.migrate(steps) }
    }

    private func outcomes(_ units: [[Storage.Statement]]) throws -> [String] {
        try connection.writeWithoutTransaction { database in
            try database.commit(units).map { outcome in
                switch outcome {
                case .success: "kept"
                case .failure(let error): "\(error)"
                }
            }
        }
    }

    private func ids() throws -> [String] {
        try connection.unsafeRead { try String.fetchAll($0, sql: "SELECT id FROM item ORDER BY id") }
    }

    private func insert(_ ids: String...) -> [Storage.Statement] {
        ids.map { Statement("INSERT INTO item (id) VALUES ($1)", .text($0)) }
    }

    @Test func `undoes those that fail, whatever their length`() throws {
        let outcomes = try outcomes([insert("a"), insert("a"), insert("b", "a"), insert("a\0"), insert("c", "d")])

        #expect(outcomes.map { $0 == "kept" } == [true, false, false, false, true])
        #expect(try ids() == ["a", "c", "d"])
    }

    @Test func `undoes all rows of a statement that fails at the last`() throws {
        let three = Statement("INSERT INTO item (id) VALUES ('x'), ('y'), ('x')")

        _ = try outcomes([insert("a"), [three], insert("b")])

        #expect(try ids() == ["a", "b"])
    }

    @Test func `is given up when a unit undoes the whole transaction`() throws {
        let rollback = Statement("INSERT OR ROLLBACK INTO item (id) VALUES ('a')")

        #expect(throws: SQLiteFailure.self) { try outcomes([insert("a"), [rollback], insert("b")]) }
        #expect(try ids() == [])
        #expect(try outcomes([insert("c")]) == ["kept"])
    }
}

@Suite struct `Units that spoil a commit for all` {
    let database: SQLiteDatabase

    init() async throws { database = try await .inMemory() }

    /// Sends the spoiler and its company at once; whether they meet in a commit or not, the outcome
    /// has to be the same.
    private func send(_ spoiler: Storage.Statement) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<10 {
                group.addTask {
                    try await database.add("\(number)")
                    return true
                }
            }
            group.addTask { (try? await database.write(spoiler)) != nil }
            return try await group.reduce(true) { $0 && $1 }
        }
    }

    @Test func `fail alone when a rule is checked at the end only`() async throws {
        _ = try await database.write(
            Statement("CREATE TABLE late (id TEXT REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED)"))

        #expect(try await send(Statement("INSERT INTO late VALUES ('nothing')")) == false)
        #expect(try await database.ids().count == 10)
        await #expect(throws: StoreError.missing) {
            try await database.write(Statement("INSERT INTO late VALUES ('nothing')"))
        }
    }

    @Test func `fail alone when they undo the transaction`() async throws {
        try await database.add("a")

        #expect(try await send(Statement("INSERT OR ROLLBACK INTO item (id) VALUES ('a')")) == false)
        #expect(try await database.ids().count == 11)
    }

    @Test func `fail alone when their rows cannot be read`() async throws {
        #expect(try await send(Statement("INSERT INTO item (id) VALUES ('a') RETURNING 1.5")) == false)
        #expect(try await database.ids().count == 10)
    }
}
