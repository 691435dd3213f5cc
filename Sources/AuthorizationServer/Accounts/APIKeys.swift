import OAuth

/// Checks API keys, as PlaceOS's API words its refusals.
public struct APIKeys: Sendable {
    private let store: any APIKeyStore
    private let clock: WallClock

    public init(store: any APIKeyStore, clock: WallClock) {
        self.store = store
        self.clock = clock
    }

    /// - Parameter text: `id.secret`, split at the first dot.
    /// - Throws: `invalid_token` with the same words whatever is wrong with the key, unless it expired.
    public func verify(_ text: String, in domain: Domain) async throws -> (key: APIKey, user: User) {
        let unknown = OAuthError.invalidToken("unknown X-API-Key")
        guard text.utf8.count <= 256, let dot = text.firstIndex(of: ".") else { throw unknown }
        guard let (key, user) = try await store.apiKey(id: String(text[..<dot])),
            key.accepts(secret: String(text[text.index(after: dot)...])), key.domain == domain.id, user.isActive
        else { throw unknown }
        guard key.expiresAt.map({ clock.now() < $0 }) ?? true else {
            throw OAuthError.invalidToken("API key has expired")
        }
        return (key, user)
    }
}
