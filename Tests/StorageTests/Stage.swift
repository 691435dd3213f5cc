import AuthorizationServer
import Foundation
import OAuth
import Storage
import Testing

/// A store of its own with one domain, one user and one application on it.
final class Stage: Sendable {
    let store: any Store
    let domain: Domain
    let user: User
    let client: Client
    private let folder: URL

    /// The moment at which everything here was made.
    static let now = Timestamp(seconds: 1_750_000_000)

    init(_ backend: Backend) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let store = SQLStore(try backend.open(folder), generate: .secure)
        self.store = store
        domain = Domain(id: "authority-a", name: "Alpha", host: "a.example", createdAt: Self.now)
        user = try Self.user("una", in: domain)
        client = Self.client(1, in: domain)
        try await store.migrate()
        try await store.insert(domain)
        try await store.insert(user)
        try await store.insert(client)
    }

    deinit {
        do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
    }

    /// Another domain beside the first.
    func addDomain(_ name: String) async throws -> Domain {
        let other = Domain(id: DomainID("authority-\(name)"), name: name, host: "\(name).example", createdAt: Self.now)
        try await store.insert(other)
        return other
    }

    /// An administrator with a password.
    @discardableResult
    func addAdministrator(_ name: String, in domain: Domain? = nil) async throws -> User {
        var user = try Self.user(name, in: domain ?? self.domain)
        user.permissions = .administrator
        user.passwordDigest = "digest"
        try await store.insert(user)
        return user
    }

    /// A session of the user, as of the generation they have had from the start.
    func start(_ digest: String, of user: User? = nil, generation: Int64 = 0, lifetime: Duration = .hours(24))
        async throws
    {
        #expect(
            try await store.start(
                session(digest, of: user, lifetime: lifetime), generation: generation, recording: event(.signedIn)))
    }

    /// A grant of the user to the application with its first refresh token, which ends after `lifetime`.
    @discardableResult
    func addGrant(
        _ id: String, refreshToken digest: String?, lifetime: Duration = .days(90), session: String? = nil
    ) async throws -> Grant {
        let grant = grant(id, session: session)
        #expect(
            try await store.save(
                grant, generation: 0,
                refreshToken: digest.map { NewRefreshToken(digest: $0, expiresAt: Self.now + lifetime) },
                recording: nil))
        return grant
    }
}

extension Stage {
    static func user(_ name: String, in domain: Domain) throws -> User {
        guard let email = EmailAddress("\(name)@mail.example") else { throw NoAddress() }
        return User(
            id: UserID("user-\(name)-\(domain.id.text)"), domain: domain.id, email: email, name: name, createdAt: now)
    }

    private struct NoAddress: Error {}

    static func client(_ number: Int64, in domain: Domain) -> Client {
        Client(
            number: number, domain: domain.id, id: ClientID("client-\(number)"), name: "Application \(number)",
            redirectURIs: ["https://client-\(number).example/Callback"], scope: .public, isConfidential: false,
            profile: .placeos, createdAt: now)
    }

    func code(_ digest: String, session: String? = nil) -> AuthorizationCode {
        AuthorizationCode(
            digest: digest, domain: domain.id, client: client.number, user: user.id, session: session,
            redirectURI: "https://client-1.example/Callback", scope: Scope(words: ["openid", "public"]),
            codeChallenge: CodeChallenge(stored: "challenge"), nonce: "nonce", issuer: "https://a.example",
            authenticatedAt: Self.now, expiresAt: Self.now + .seconds(60))
    }

    func grant(_ id: String, session: String? = nil, createdAt: Timestamp = Stage.now) -> Grant {
        Grant(
            id: id, domain: domain.id, client: client.number, user: user.id, session: session, scope: .public,
            issuer: "https://a.example", nonce: nil, authenticatedAt: createdAt, createdAt: createdAt,
            expiresAt: createdAt + .days(365))
    }

    func session(_ digest: String, of user: User? = nil, lifetime: Duration = .hours(24)) -> Session {
        Session(
            digest: digest, domain: domain.id, user: (user ?? self.user).id, authenticatedAt: Self.now,
            expiresAt: Self.now + lifetime, userAgent: "a browser", address: "192.0.2.1")
    }

    func event(_ kind: Event.Kind, subject: String? = nil) -> Event {
        Event(domain: domain.id, at: Self.now, kind: kind, actor: user.id.text, subject: subject)
    }

    /// What an access token of that grant refers to.
    func token(of grant: String, generation: Int64 = 0) -> TokenReference {
        TokenReference(origin: .grant(grant), generation: generation, random: "random")
    }
}

/// The answers of `count` calls that are under way at the same time.
func atOnce<Answer: Sendable>(_ count: Int, _ act: @escaping @Sendable (Int) async throws -> Answer) async throws
    -> [Answer]
{
    try await withThrowingTaskGroup(of: Answer.self) { group in
        for index in 0..<count { group.addTask { try await act(index) } }
        return try await group.reduce(into: []) { $0.append($1) }
    }
}
