import AuthorizationServer
import OAuth
import Storage
import StorageSQLite
import Synchronization
import Testing

@Suite(.serialized) struct `A move` {
    @Test(arguments: Backend.available)
    func `brings every row of every table, and leaves no mark`(_ backend: Backend) async throws {
        let both = try await Furnished(backend, grants: Furnished.pages)

        let summary = try await both.move()

        #expect(summary.differences == [])
        #expect(summary.tables.map(\.name) == tables.map(\.name))
        for table in summary.tables { #expect(table.rows > 0, "\(table.name) is not tested") }
        #expect(try await unfinishedMove(into: both.target) == nil)
        let store = SQLStore(both.target, generate: .secure)
        let domain = try #require(try await store.domain(host: "a.example"))
        #expect(domain.name == "Älpha ☃ 'quoted'")
        let users = try await store.users(in: domain.id, includingDeleted: true, ListRequest(limit: 10)).items
        let una = try #require(users.first { $0.name == "una" })
        #expect(una.isDisabled && una.emailVerified == true)
        #expect(try await store.refreshToken(digest: "token-1699")?.token.grant.id == "grant-1699")
        #expect(try await store.standing(of: Self.token(1_699)) != nil)
    }

    private static func token(_ number: Int) -> TokenReference {
        TokenReference(origin: .grant("grant-\(number)"), generation: 0, random: "r")
    }

    @Test(arguments: Backend.available)
    func `that is interrupted goes on where it stopped`(_ backend: Backend) async throws {
        let both = try await Furnished(backend, grants: Furnished.pages)

        // In the middle of the grants, whose page has several units.
        await #expect(throws: StoreError.self) {
            try await both.move(into: Failing(database: both.target, left: .init(22)))
        }
        #expect(try await unfinishedMove(into: both.target) == "sqlite:source.db")
        let copied = Mutex<[String]>([])
        let summary = try await both.move { progress in
            if progress.act == .copying { copied.withLock { $0.append(progress.table) } }
        }

        #expect(summary.differences == [])
        #expect(try await unfinishedMove(into: both.target) == nil)
        #expect(!copied.withLock { $0.contains("domain") }, "what is there already is not copied again")
    }

    @Test(arguments: Backend.available)
    func `goes on after any number of interruptions`(_ backend: Backend) async throws {
        let both = try await Furnished(backend)

        var attempts = 0
        while attempts < 100 {
            attempts += 1
            do {
                #expect(try await both.move(into: Failing(database: both.target, left: .init(9))).isFaithful)
                break
            } catch is StoreError {}
        }

        #expect((2..<100).contains(attempts))
        #expect(try await totalRows(of: both.target) == totalRows(of: both.source))
    }

    @Test(arguments: Backend.available)
    func `refuses a target with rows of its own`(_ backend: Backend) async throws {
        let both = try await Furnished(backend)
        try await both.target.migrate(schema)
        try await SQLStore(both.target, generate: .secure).insert(
            Domain(id: "authority-b", name: "B", host: "b.example", createdAt: Stage.now))

        await #expect(throws: MoveProblem.occupiedTarget(table: "domain")) { try await both.move() }

        #expect(try await totalRows(of: both.target) == 1)
    }

    @Test(arguments: Backend.available)
    func `that replaces empties the target first`(_ backend: Backend) async throws {
        let both = try await Furnished(backend)
        try await both.target.migrate(schema)
        try await SQLStore(both.target, generate: .secure).insert(
            Domain(id: "authority-b", name: "B", host: "b.example", createdAt: Stage.now))

        #expect(try await both.move(replacing: true).isFaithful)
    }

    @Test(arguments: Backend.available)
    func `refuses a target that is half filled from elsewhere`(_ backend: Backend) async throws {
        let both = try await Furnished(backend)
        await #expect(throws: StoreError.self) {
            try await both.move(into: Failing(database: both.target, left: .init(3)))
        }
        let elsewhere = try await Furnished(backend)
        _ = try await elsewhere.source.write(Statement("UPDATE domain SET created_at = created_at + 1"))

        await #expect(throws: MoveProblem.otherMove(place: "sqlite:source.db")) {
            try await elsewhere.move(into: both.target)
        }
    }

    @Test(arguments: Backend.available)
    func `refuses a source that is half filled itself`(_ backend: Backend) async throws {
        let both = try await Furnished(backend)
        await #expect(throws: StoreError.self) {
            try await both.move(into: Failing(database: both.target, left: .init(3)))
        }
        let third = try SQLiteDatabase(path: ":memory:")

        await #expect(throws: MoveProblem.unfinishedSource(place: "sqlite:source.db")) {
            try await Move(from: both.target, at: "half", to: third).run()
        }
    }

    @Test func `refuses a source of another schema, with what to do`() async throws {
        let (source, target) = (try SQLiteDatabase(path: ":memory:"), try SQLiteDatabase(path: ":memory:"))
        await #expect(throws: MoveProblem.notOurs) { try await Move(from: source, at: "", to: target).run() }

        try await source.migrate(Array(schema.dropLast()))
        await #expect(throws: MoveProblem.olderSource(schema.count - 1)) {
            try await Move(from: source, at: "", to: target).run()
        }

        try await source.migrate(schema)
        await #expect(throws: MoveProblem.emptySource) { try await Move(from: source, at: "", to: target).run() }

        try await source.migrate(schema + [Migration("later", "CREATE TABLE later (id TEXT PRIMARY KEY)")])
        await #expect(throws: MoveProblem.newerSource(schema.count + 1)) {
            try await Move(from: source, at: "", to: target).run()
        }
    }

    @Test(arguments: Backend.available)
    func `reports a row that is missing, one that differs and one too many, and overwrites none`(
        _ backend: Backend
    ) async throws {
        let both = try await Furnished(backend)
        // All is copied; then the target is tampered with before the rows are compared.
        let tamper = Once {
            _ = try await both.target.write([
                Statement("DELETE FROM refresh_token WHERE digest = 'token-17'"),
                Statement("UPDATE client_grant SET scope = 'everything' WHERE id = 'grant-180'"),
                Statement("INSERT INTO revoked_token (token_id, expires_at) VALUES ('other', 1)"),
            ])
        }
        let summary = try await both.move(into: Tampering(database: both.target, tamper: tamper))

        #expect(summary.differenceCount == 3)
        #expect(
            summary.differences == [
                .init(table: "client_grant", key: #"["grant-180"]"#, fault: .differs),
                .init(table: "refresh_token", key: #"["token-17"]"#, fault: .missing),
                .init(table: "revoked_token", key: nil, fault: .surplus(1)),
            ])
        #expect(try await unfinishedMove(into: both.target) != nil, "nobody may serve it")
        #expect(try await both.move(into: both.target).differenceCount == 3, "a further run overwrites nothing")
    }

    @Test func `says which table holds what can't be moved, and not what`() async throws {
        let both = try await Furnished(Backend.available[0])
        _ = try await both.source.write(Statement("UPDATE user_account SET created_at = 'secret' WHERE name = 'una'"))

        let problem = await #expect(throws: MoveProblem.self) { try await both.move() }

        #expect(problem?.description.contains("A row of user_account can't be moved") == true)
        #expect(problem?.description.contains("secret") == false)
    }
}

/// Does something once.
actor Once {
    private var act: (@Sendable () async throws -> Void)?
    init(_ act: @escaping @Sendable () async throws -> Void) { self.act = act }

    func run() async throws {
        let act = act
        self.act = nil
        try await act?()
    }
}

/// A database that somebody changes while its rows are being looked up.
struct Tampering: SQLDatabase {
    let database: any SQLDatabase
    let tamper: Once

    func rows(_ statement: Statement) async throws -> [Row] { try await database.rows(statement) }
    func scan(_ statements: [Statement]) async throws -> [[Row]] {
        if statements.contains(where: { $0.sql.contains("wanted") }) { try await tamper.run() }
        return try await database.scan(statements)
    }
    func snapshot(
        _ statements: [Statement], pageSize: Int, _ receive: @Sendable ([Row], Int) async throws -> Void
    ) async throws {
        try await database.snapshot(statements, pageSize: pageSize, receive)
    }
    func write(_ statements: [Statement], alone: Bool) async throws -> [[Row]] {
        try await database.write(statements, alone: alone)
    }
    func migrate(_ steps: [Migration]) async throws { try await database.migrate(steps) }
    func close() async { await database.close() }
}
