import OAuth

/// Checks API keys, as PlaceOS's API words its refusals.
public struct APIKeys: Sendable {
    private let store: any APIKeyStore
    private let clock: WallClock
    private let known: Cache<String, Known>

    private struct Known: Sendable {
        let key: APIKey
        let user: User
    }

    public init(store: any APIKeyStore, clock: WallClock) {
        self.store = store
        self.clock = clock
        known = Cache(name: "api_keys", limit: 2_048, clock: clock)
    }

    /// - Parameter text: `id.secret`, split at the first dot.
    /// - Throws: `invalid_token` with the same words whatever is wrong with the key, unless it expired.
    public func verify(_ text: String, in domain: Domain) async throws -> (key: APIKey, user: User) {
        let unknown = OAuthError.invalidToken("unknown X-API-Key")
        guard text.utf8.count <= 256, let dot = text.firstIndex(of: ".") else { throw unknown }
        let id = String(text[..<dot])
        let found = try await known.value(for: id, asOf: store.counts().endings) {
            try await store.apiKey(id: id).map { Known(key: $0.key, user: $0.user) }
        }
        guard let found, found.key.accepts(secret: String(text[text.index(after: dot)...])),
            found.key.domain == domain.id, found.user.isActive
        else { throw unknown }
        let (key, user) = (found.key, found.user)
        guard key.expiresAt.map({ clock.now() < $0 }) ?? true else {
            throw OAuthError.invalidToken("API key has expired")
        }
        return (key, user)
    }
}
