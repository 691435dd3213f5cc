public import OAuth

/// The revocation endpoint (RFC 7009).
public struct RevocationEndpoint: Sendable {
    private let clients: ClientAuthenticator
    private let store: any GrantStore & ClientStore
    private let accessTokens: AccessTokens
    private let clock: WallClock

    public init(
        clients: ClientAuthenticator, store: any GrantStore & ClientStore, accessTokens: AccessTokens, clock: WallClock
    ) {
        self.clients = clients
        self.store = store
        self.accessTokens = accessTokens
        self.clock = clock
    }

    /// Ends whatever the token came from: access and refresh tokens die together (§2.1).
    ///
    /// A token nobody knows is no error (§2.2). Whoever holds a public client's token may end it, since
    /// such a client has no way to prove more; a confidential client must authenticate.
    ///
    /// - Throws: `invalid_client`; `unauthorized_client` for a token of another client; `StoreError`, never
    ///   a false success.
    public func respond(to parameters: Parameters, authorization: String?, in domain: Domain) async throws {
        var caller: Client?
        if parameters["client_id"] != nil || authorization?.lowercased().hasPrefix("basic ") == true {
            caller = try await clients.authenticate(parameters, authorization: authorization, in: domain)
        }
        guard let token = parameters["token"] else { return }
        guard let found = try await find(token, in: domain) else { return }

        let notYours = OAuthError(.unauthorizedClient, "You are not authorized to revoke this token")
        if let caller {
            guard caller.number == found.client else { throw notYours }
        } else {
            guard let owner = try await store.client(number: found.client), !owner.isConfidential else {
                throw notYours
            }
        }
        switch found.subject {
        case .grant(let id): try await store.revoke(grant: id, at: clock.now(), recording: nil)
        case .token(let reference, let end): try await store.revoke(token: reference, until: end)
        }
    }

    private struct Found {
        enum Subject { case grant(String), token(TokenReference, until: Timestamp) }
        let client: Int64
        let subject: Subject
    }

    private func find(_ token: String, in domain: Domain) async throws -> Found? {
        let secret = Secret(token)
        if token.utf8.count <= 256, let refresh = try await store.refreshToken(digest: secret.digest)?.token {
            return refresh.grant.domain == domain.id
                ? Found(client: refresh.grant.client, subject: .grant(refresh.grant.id)) : nil
        }
        do {
            let verified = try await accessTokens.verify(token, in: domain)
            switch verified.reference.origin {
            case .grant(let id): return Found(client: verified.standing.client, subject: .grant(id))
            case .client:
                return Found(
                    client: verified.standing.client,
                    subject: .token(verified.reference, until: verified.claims.expiresAt))
            }
        } catch is OAuthError { return nil }
    }
}
