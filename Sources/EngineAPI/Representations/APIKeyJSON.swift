import AuthorizationServer
import OAuth

/// The users and domains that keys belong to, each read once.
struct APIKeyOwners {
    let store: any UserStore & DomainStore
    private(set) var users: [UserID: User] = [:]
    private(set) var domains: [DomainID: Domain] = [:]

    init(store: any UserStore & DomainStore) { self.store = store }

    mutating func load(_ key: APIKey) async throws {
        if users[key.user] == nil { users[key.user] = try await store.user(id: key.user) }
        if domains[key.domain] == nil { domains[key.domain] = try await store.domain(id: key.domain) }
    }
}

/// A key as administrators see it.
///
/// - Parameter text: what a client sends, which is known while the key is being made.
func json(_ key: APIKey, _ owners: APIKeyOwners, text: Secret? = nil) -> JSON {
    .object([
        .init("id", .string(key.id)), .init("name", .string(key.name)),
        .init("description", .string(key.description)), .init("scopes", .texts(key.scope.values)),
        .init("permissions", .string(key.permissions.name)), .init("user_id", .string(key.user.text)),
        .init("authority_id", .string(key.domain.text)),
        .init("user", owners.users[key.user].map { json($0, for: .anybody) } ?? nil),
        .init("authority", owners.domains[key.domain].map { json($0, showsInternals: true) } ?? nil),
        .init("created_at", .moment(key.createdAt)), .init("updated_at", .moment(key.updatedAt)),
        .init("expires_at", .moment(key.expiresAt)), .init("x_api_key", .text(text?.exposed)),
    ])
}

extension Permissions {
    private static let names = ["user", "support", "admin", "admin_support"]

    /// PlaceOS's word for the level.
    var name: String { Self.names.indices.contains(rawValue) ? Self.names[rawValue] : "user" }

    /// Reads the word or its number.
    init?(json: JSON) {
        let number =
            json.integer.map(Int.init(truncatingIfNeeded:))
            ?? json.string.flatMap { Self.names.firstIndex(of: $0.lowercased()) }
        guard let number, Self.names.indices.contains(number) else { return nil }
        self.init(rawValue: number)
    }
}
