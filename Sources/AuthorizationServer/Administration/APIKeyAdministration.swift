import Cryptography
public import OAuth

/// What to set of an API key; `nil` leaves it as it is.
public struct APIKeyDraft: Sendable {
    public var name: String?
    public var description: String?
    public var scopes: [String]?
    public var permissions: Permissions?
    public var user: UserID?
    public var expiresAt: Timestamp?
    /// Takes an end that was set before away.
    public var neverExpires = false
    /// The sooner of the two ends counts.
    public var lifetime: Duration?

    public init() {}
}

extension Administration {
    /// A new key, and the text a client sends, which is shown this once.
    public func createAPIKey(_ draft: APIKeyDraft, by actor: String) async throws -> (key: APIKey, text: Secret) {
        guard let id = draft.user, let user = try await store.user(id: id), user.isActive else {
            throw ValidationFailure("user_id", "is no active user")
        }
        let id32 = SecureRandom.bytes(16).map { byte in
            let hex = String(byte, radix: 16)
            return hex.count == 1 ? "0" + hex : hex
        }.joined()
        let secret = generate.next(32)
        var key = APIKey(
            id: id32, domain: user.domain, user: user.id, name: "", scope: .public, permissions: [],
            secretDigest: APIKey.digest(id: id32, secret: secret), createdAt: clock.now())
        try await apply(draft, to: &key)
        do { try await store.insert(key) } catch StoreError.conflict { throw ValidationFailure("name", "is taken") }
        try await conclude("created API key", of: key.id, in: key.domain, by: actor)
        return (key, Secret("\(id32).\(secret)"))
    }

    public func updateAPIKey(_ key: APIKey, _ draft: APIKeyDraft, by actor: String) async throws -> APIKey {
        let key = try await retryingWhenStale { isFirst in
            var changed = key
            if !isFirst {
                guard let current = try await store.apiKey(id: key.id)?.key else { throw StoreError.missing }
                changed = current
            }
            try await apply(draft, to: &changed)
            changed.updatedAt = clock.now()
            do { try await store.update(changed) } catch StoreError.conflict {
                throw ValidationFailure("name", "is taken")
            }
            changed.revision += 1
            return changed
        }
        try await conclude("updated API key", of: key.id, in: key.domain, by: actor)
        return key
    }

    public func deleteAPIKey(_ key: APIKey, by actor: String) async throws {
        try await store.delete(apiKey: key.id)
        try await conclude("deleted API key", of: key.id, in: key.domain, by: actor)
    }

    private func apply(_ draft: APIKeyDraft, to key: inout APIKey) async throws {
        var faults = Faults()
        let now = clock.now()
        if let value = draft.name { key.name = value }
        if let value = draft.description { key.description = value }
        if let value = draft.permissions { key.permissions = value }
        if let value = draft.scopes {
            do { key.scope = try Scope(parsing: value.joined(separator: " ")) } catch {
                faults.add("scopes", "has a character that is not allowed")
            }
        }
        if let value = draft.user, value != key.user {
            let user = try await store.user(id: value)
            if user?.domain == key.domain {
                key.user = value
            } else {
                faults.add("user_id", "is no user of this domain")
            }
        }
        if draft.neverExpires { key.expiresAt = nil }
        if let value = draft.expiresAt {
            if value <= now { faults.add("expires_at", "must be in the future") }
            key.expiresAt = value
        }
        if let value = draft.lifetime {
            if value < .seconds(1) { faults.add("ttl", "must be at least 1") }
            key.expiresAt = min(now + value, draft.expiresAt ?? now + value)
        }
        faults.check("name", key.name, required: true)
        faults.check("description", key.description, longest: 4_096)
        if key.scope.isEmpty { faults.add("scopes", "can't be blank") }
        try faults.verify()
    }
}
