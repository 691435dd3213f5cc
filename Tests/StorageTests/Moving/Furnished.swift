import AuthorizationServer
import Foundation
import OAuth
import Storage
import StorageSQLite
import Testing

/// A database with something in every table, made as the server makes it, and another one to move it into.
final class Furnished: Sendable {
    /// More than a page, and no multiple of what a statement holds.
    static let pages = 1_707

    let source: SQLiteDatabase
    let target: any SQLDatabase
    let folder: URL

    /// - Parameter grants: how many there are, each with a refresh token.
    init(_ backend: Backend, grants: Int = 257) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-\(UUID().uuidString)")
        let targetFolder = folder.appending(path: "target")
        try FileManager.default.createDirectory(at: targetFolder, withIntermediateDirectories: true)
        source = try SQLiteDatabase(path: folder.appending(path: "source.db").path(percentEncoded: false))
        target = try backend.open(targetFolder)
        try await source.migrate(schema)
        try await fill(SQLStore(source, generate: .secure), grants)
    }

    deinit {
        do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
    }

    private func fill(_ store: SQLStore, _ grants: Int) async throws {
        let domain = Domain(id: "authority-a", name: "Älpha ☃ 'quoted'", host: "a.example", createdAt: Stage.now)
        try await store.insert(domain)
        var user = try Stage.user("una", in: domain)
        user.emailVerified = true
        user.isDisabled = true
        let other = try Stage.user("otto", in: domain)
        try await store.insert(user)
        try await store.insert(other)
        var client = Stage.client(1, in: domain)
        client.serviceAccount = user.id
        try await store.insert(client)
        try await store.insert(
            APIKey(
                id: "key-1", domain: domain.id, user: user.id, name: "Key", scope: .public, permissions: [],
                secretDigest: "digest", createdAt: Stage.now))
        try await store.insert(
            StoredSigningKey(
                id: "kid", domain: domain.id, algorithm: "RS256", sealedPEM: "sealed", createdAt: Stage.now,
                retiresAt: nil),
            retiringOthersAt: Stage.now)
        let event = Event(domain: domain.id, at: Stage.now, kind: .signedIn, actor: user.id.text, subject: nil)
        _ = try await store.start(
            Session(
                digest: "session", domain: domain.id, user: other.id, authenticatedAt: Stage.now,
                expiresAt: Stage.now + .hours(24), userAgent: "", address: "192.0.2.1"),
            generation: 0, recording: event)
        _ = try await store.save(
            AuthorizationCode(
                digest: "code", domain: domain.id, client: 1, user: other.id, session: "session",
                redirectURI: "https://client-1.example/Callback", scope: .public, codeChallenge: nil, nonce: nil,
                issuer: "https://a.example", authenticatedAt: Stage.now, expiresAt: Stage.now + .seconds(60)))
        _ = try await atOnce(grants) { number in
            let grant = Grant(
                id: "grant-\(number)", domain: domain.id, client: 1, user: other.id, session: nil, scope: .public,
                issuer: "https://a.example", nonce: nil, authenticatedAt: Stage.now, createdAt: Stage.now,
                expiresAt: Stage.now + .days(365))
            let token = NewRefreshToken(digest: "token-\(number)", expiresAt: Stage.now + .days(90))
            _ = try await store.save(grant, generation: 0, refreshToken: token, recording: nil)
        }
        try await store.revoke(
            token: TokenReference(origin: .client(1), generation: 0, random: "r"), until: Stage.now + .hours(1))
        try await store.save(consent: .public, of: user.id, to: 1, at: Stage.now)
        _ = try await store.book(SignInAttempt(account: "una", source: "192.0.2.1", sourceLimit: 0), at: Stage.now)
        try await store.save(setupLink: "link", domain: domain.id, expiresAt: Stage.now + .hours(1))
        _ = try await store.settle("setting", "value")
    }

    func move(
        into target: (any SQLDatabase)? = nil, replacing: Bool = false,
        report: @escaping @Sendable (MoveProgress) -> Void = { _ in }
    ) async throws -> MoveSummary {
        try await Move(
            from: source, at: "sqlite:source.db", to: target ?? self.target, replacing: replacing, report: report
        ).run()
    }
}

/// A database that goes away after so many writes.
struct Failing: SQLDatabase {
    let database: any SQLDatabase
    let left: Counter

    final class Counter: Sendable {
        private let box: ChangeCounter = .inProcess()
        private let limit: UInt64
        init(_ limit: UInt64) { self.limit = limit }

        func use() throws {
            box.announce()
            if box.current() > limit { throw StoreError.unavailable("out of reach") }
        }
    }

    func rows(_ statement: Statement) async throws -> [Row] { try await database.rows(statement) }
    func scan(_ statements: [Statement]) async throws -> [[Row]] { try await database.scan(statements) }
    func snapshot(
        _ statements: [Statement], pageSize: Int, _ receive: @Sendable ([Row], Int) async throws -> Void
    ) async throws {
        try await database.snapshot(statements, pageSize: pageSize, receive)
    }
    func write(_ statements: [Statement], alone: Bool) async throws -> [[Row]] {
        try left.use()
        return try await database.write(statements, alone: alone)
    }
    func migrate(_ steps: [Migration]) async throws { try await database.migrate(steps) }
    func close() async { await database.close() }
}
