import Cryptography
public import OAuth

/// What to set of an application; `nil` leaves it as it is.
public struct ApplicationDraft: Sendable {
    public var name: String?
    public var redirectURIs: [String]?
    public var scopes: String?
    public var isConfidential: Bool?
    public var skipsAuthorization: Bool?
    public var isThirdParty: Bool?
    public var subsystems: [String]?
    public var profile: Profile?
    public var overrides: ClientOverrides?
    /// Empty: none.
    public var serviceAccount: UserID?
    public var isDisabled: Bool?

    public init() {}
}

extension Administration {
    /// A new application and its secret, which is shown this once.
    ///
    /// Its `client_id` is the MD5 of its redirect URI, as in PlaceOS, or random when it has none.
    public func createApplication(_ draft: ApplicationDraft, in domain: Domain, by actor: String) async throws
        -> (client: Client, secret: Secret)
    {
        let profile = draft.profile ?? .placeos
        var client = Client(
            number: generateNumber(), domain: domain.id,
            id: ClientID(draft.redirectURIs?.first.map(PlaceOSClientID.canonical) ?? generate.next(16)),
            name: "", redirectURIs: [], scope: .public, isConfidential: false, profile: profile, createdAt: clock.now())
        let secret = Secret(generate.next(40))
        client.secretDigests = [secret.digest]
        try await apply(draft, to: &client)
        do { try await store.insert(client) } catch StoreError.conflict(let rule) { throw taken(rule) }
        try await conclude("created application", of: client.id.text, in: domain.id, by: actor)
        return (client, secret)
    }

    public func updateApplication(_ client: Client, _ draft: ApplicationDraft, by actor: String) async throws -> Client
    {
        let client = try await change(client) { try await apply(draft, to: &$0) }
        try await conclude("updated application", of: client.id.text, in: client.domain, by: actor)
        return client
    }

    /// A new secret. The one before it stays good until the next time, so that a client can change over.
    public func rotateSecret(of client: Client, by actor: String) async throws -> Secret {
        let secret = Secret(generate.next(40))
        _ = try await change(client) { $0.secretDigests = [secret.digest] + $0.secretDigests.prefix(1) }
        try await conclude("rotated the secret of application", of: client.id.text, in: client.domain, by: actor)
        return secret
    }

    public func deleteApplication(_ client: Client, by actor: String) async throws {
        try await store.delete(client: client.number)
        try await conclude("deleted application", of: client.id.text, in: client.domain, by: actor)
    }

    /// Saves a change of the row as it is now, whoever else changes it at the same time.
    private func change(_ client: Client, _ act: (inout Client) async throws -> Void) async throws -> Client {
        try await retryingWhenStale { isFirst in
            var changed = client
            if !isFirst {
                guard let current = try await store.client(number: client.number) else { throw StoreError.missing }
                changed = current
            }
            try await act(&changed)
            changed.updatedAt = clock.now()
            do { try await store.update(changed) } catch StoreError.conflict(let rule) { throw taken(rule) }
            changed.revision += 1
            return changed
        }
    }

    private func taken(_ rule: String) -> ValidationFailure {
        rule.contains("name")
            ? ValidationFailure("name", "is taken by another application of this domain")
            : ValidationFailure("redirect_uri", "belongs to another application of this domain")
    }

    /// 48 bits: PlaceOS's resource wants an integer that JavaScript can hold, and nobody should count them.
    private func generateNumber() -> Int64 {
        let bytes = SecureRandom.bytes(6)
        return max(1, bytes.reduce(0) { $0 << 8 | Int64($1) })
    }

    private func apply(_ draft: ApplicationDraft, to client: inout Client) async throws {
        var faults = Faults()
        if let value = draft.name { client.name = value }
        if let value = draft.redirectURIs { client.redirectURIs = value }
        if let value = draft.scopes {
            do { client.scope = try Scope(parsing: value) } catch {
                faults.add("scopes", "has a character that is not allowed")
            }
        }
        if let value = draft.isConfidential { client.isConfidential = value }
        if let value = draft.skipsAuthorization { client.skipsAuthorization = value }
        if let value = draft.isThirdParty { client.isThirdParty = value }
        if let value = draft.subsystems { client.subsystems = value }
        if let value = draft.profile { client.profile = value }
        if let value = draft.overrides { client.overrides = value }
        if let value = draft.isDisabled { client.isDisabled = value }
        if let value = draft.serviceAccount { client.serviceAccount = value.text.isEmpty ? nil : value }

        faults.check("name", client.name, required: true)
        // Without a redirect URI an application can only act for itself.
        if client.redirectURIs.isEmpty && !client.isConfidential { faults.add("redirect_uri", "can't be blank") }
        if client.redirectURIs.count > 50 { faults.add("redirect_uri", "has more than 50 entries") }
        for uri in client.redirectURIs {
            if let fault = RedirectRegistration.fault(in: uri) {
                faults.add("redirect_uri", "\(uri.prefix(200)) \(fault)")
            }
        }
        if client.policy.accessTokenFormat == .placeos,
            let word = client.scope.values.first(where: { !PlaceOSScopes.isReadable($0) })
        {
            faults.add("scopes", "\(word) has a suffix other than .read and .write, on which PlaceOS's services fail")
        }
        if client.subsystems.count > 100 { faults.add("subsystems", "has more than 100 entries") }
        if let account = client.serviceAccount, draft.serviceAccount != nil {
            let user = try await store.user(id: account)
            if user?.domain != client.domain { faults.add("service_account", "is no user of this domain") }
        }
        try faults.verify()
    }
}
