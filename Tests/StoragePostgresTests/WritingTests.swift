import AuthorizationServer
import PostgresTesting
import Storage
import StoragePostgres
import Testing

@Suite struct `PostgreSQL units of work` {
    let url: String
    let database: PostgresDatabase
    /// An item whose name no other test has.
    let held: String

    init() async throws {
        url = try PostgresServer.emptySchema()
        held = "held-\(UInt64.random(in: 0...UInt64.max))"
        var options = PostgresDatabase.Options()
        options.writers = 1
        options.lockTime = .seconds(30)
        options.connectionTime = .seconds(30)
        options.statementTime = .seconds(60)
        options.answerTime = .seconds(60)
        database = try await .migrated(url, options)
    }

    /// Has units wait until they can only go together.
    private func together(_ units: [[Statement]]) async throws -> [Bool] {
        try await database.add(held)
        let holder = try RowHolder(url, item: held)
        return try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
            group.addTask { [database, held] in
                _ = try await database.write(Statement("UPDATE item SET count = count WHERE id = '\(held)'"))
                return (-1, true)
            }
            #expect(try await eventually { try isWaitingForLock() })
            for (number, unit) in units.enumerated() {
                group.addTask { [database] in (number, (try? await database.write(unit)) != nil) }
            }
            #expect(try await eventually { database.statistics.writes.waiting == units.count })
            try holder.letGo()
            return try await group.reduce(into: Array(repeating: false, count: units.count)) { answers, answer in
                if answer.0 >= 0 { answers[answer.0] = answer.1 }
            }
        }
    }

    private func isWaitingForLock() throws -> Bool {
        try !PostgresServer.run(
            "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%\(held)%'", at: url
        ).isEmpty
    }

    private func insert(_ ids: String...) -> [Statement] {
        ids.map { Statement("INSERT INTO item (id) VALUES ($1)", .text($0)) }
    }

    @Test func `that wait at the same time share a commit`() async throws {
        let answers = try await together((0..<50).map { insert("\($0)") })

        #expect(answers.allSatisfy { $0 })
        #expect(try await database.ids().count == 51)
        #expect(database.statistics.largestCommit == 50)
    }

    @Test func `fail alone, whatever shares their commit`() async throws {
        let answers = try await together([
            insert("a"), insert("b", "b"), insert("c", "d"), [Statement("INSERT INTO absent VALUES (1)")], insert("e"),
            [Statement("INSERT INTO item VALUES ('f', -1)")], insert("g"),
        ])

        #expect(answers == [true, false, true, false, true, false, true])
        #expect(try await database.ids() == ["a", "c", "d", "e", "g", held])
    }

    @Test func `fail alone when a rule is only checked at the end`() async throws {
        _ = try await database.write(
            Statement("CREATE TABLE late (id TEXT REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED)"))

        let answers = try await together([
            insert("a"), [Statement("INSERT INTO late VALUES ('nothing')")], insert("b"),
        ])

        #expect(answers == [true, false, true])
        #expect(try await database.ids() == ["a", "b", held])
        await #expect(throws: StoreError.missing) {
            try await database.write([Statement("INSERT INTO late VALUES ('nothing')")], alone: true)
        }
    }

    @Test(arguments: [false, true]) func `are kept as a whole or not at all`(alone: Bool) async throws {
        try await database.add("a")

        await #expect(throws: StoreError.self) { try await database.write(insert("b", "a", "c"), alone: alone) }
        let answers = try await database.write(
            [
                Statement("INSERT INTO item (id) VALUES ('d') RETURNING id"),
                Statement("SELECT id FROM item ORDER BY id"),
            ], alone: alone)

        #expect(answers == [[Row(["d"])], [Row(["a"]), Row(["d"])]])
        #expect(try await database.write([]) == [])
    }

    @Test(arguments: [false, true]) func `decide, of any number at once, for one`(alone: Bool) async throws {
        try await database.add("code")
        let redeem = Statement("UPDATE item SET count = 1 WHERE id = 'code' AND count = 0 RETURNING id")

        let winners = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { try await database.write([redeem], alone: alone)[0].count } }
            return try await group.reduce(0, +)
        }

        #expect(winners == 1)
    }

    /// A function that fails as a deadlock does, so many times: what counts, a sequence, is not undone.
    private func failing(_ times: Int) async throws -> Statement {
        _ = try await database.write([
            Statement("CREATE SEQUENCE tries"),
            Statement(
                """
                CREATE FUNCTION fail() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN
                    IF nextval('tries') <= \(times) THEN RAISE 'collision' USING ERRCODE = '40P01'; END IF;
                    RETURN 1;
                END $$
                """),
        ])
        return Statement("SELECT fail()")
    }

    @Test(arguments: [false, true]) func `that collide are run again`(alone: Bool) async throws {
        let failing = try await failing(3)

        #expect(try await database.write(insert("a") + [failing], alone: alone).count == 2)

        #expect(try await database.ids() == ["a"])
        #expect(database.statistics.retries == 3)
    }

    @Test func `that collide again and again are given up`() async throws {
        let failing = try await failing(100)

        await #expect(throws: StoreError.self) { try await database.write(insert("a") + [failing]) }

        #expect(try await database.ids() == [])
        #expect(try await database.scan(Statement("SELECT last_value FROM tries")) == [Row([4])])
    }

    @Test func `that wait for each other are both kept in the end`() async throws {
        try await database.add("a")
        try await database.add("b")
        func add(_ first: SQLValue, _ second: SQLValue) -> [Statement] {
            let increment = "UPDATE item SET count = count + 1 WHERE id = $1"
            return [
                Statement(increment, first), Statement("SELECT pg_sleep(0.3) IS NULL"), Statement(increment, second),
            ]
        }

        async let one = database.write(add("a", "b"), alone: true)
        async let other = database.write(add("b", "a"), alone: true)
        _ = try await (one, other)

        #expect(try await database.scan(Statement("SELECT count FROM item")) == [Row([2]), Row([2])])
    }

    @Test func `that wait for a row too long are told so, and those beside them go on`() async throws {
        var options = PostgresDatabase.Options()
        options.lockTime = .milliseconds(200)
        let hasty = try PostgresDatabase(url: url, options: options)
        try await database.add(held)
        let holder = try RowHolder(url, item: held)
        let update = Statement("UPDATE item SET count = 5 WHERE id = $1", .text(held))

        let (answered, unavailable) = try await outcomes(11) { number in
            if number == 0 { _ = try await hasty.write(update) } else { try await hasty.add("\(number)") }
        }

        #expect(answered.count == 10 && unavailable == 1)
        try holder.letGo()
        _ = try await hasty.write(update)
    }

    @Test func `are refused at once when too many wait`() async throws {
        var options = PostgresDatabase.Options()
        options.waiting = 4
        options.writers = 1
        options.group = 1
        options.lockTime = .seconds(30)
        options.connectionTime = .seconds(60)
        options.answerTime = .seconds(60)
        let crowded = try PostgresDatabase(url: url, options: options)
        try await database.add(held)
        let holder = try RowHolder(url, item: held)
        let update = Statement("UPDATE item SET count = count + 1 WHERE id = $1", .text(held))

        // One is being served and four wait.
        let kept = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do {
                        _ = try await crowded.write(update)
                        return true
                    } catch StoreError.overloaded {
                        return false
                    }
                }
            }
            var refused = 0
            while refused < 15, try await group.next() == false { refused += 1 }
            #expect(refused == 15)
            try holder.letGo()
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }

        #expect(try await database.scan(Statement("SELECT count FROM item")) == [Row([.integer(Int64(kept))])])
    }

    @Test func `go on when their caller has been cancelled, and are answered`() async throws {
        try await database.add(held)
        let holder = try RowHolder(url, item: held)
        let task = Task { try await database.write(Statement("UPDATE item SET count = 3 WHERE id = $1", .text(held))) }
        task.cancel()
        try holder.letGo()

        _ = try await task.value

        #expect(try await database.scan(Statement("SELECT count FROM item")) == [Row([3])])
    }

    @Test func `are refused after closing, and those before it are answered`() async throws {
        let writes = (0..<100).map { number in Task { try await database.add("\(number)") } }
        #expect(try await eventually { database.statistics.units > 2 })

        await database.close()
        await database.close()

        let kept = await writes.asyncCount { (try? await $0.value) != nil }
        await #expect(throws: StoreError.unavailable("The database is closed.")) { try await database.add("late") }
        await #expect(throws: StoreError.unavailable("The database is closed.")) { try await database.migrate(steps) }
        #expect(try PostgresServer.run("SELECT count(*) FROM item", at: url) == ["\(kept)"])
    }
}

extension Array {
    fileprivate func asyncCount(_ isCounted: (Element) async -> Bool) async -> Int {
        var count = 0
        for element in self where await isCounted(element) { count += 1 }
        return count
    }
}
