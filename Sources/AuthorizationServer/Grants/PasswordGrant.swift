import OAuth

/// Exchanges a user's password for tokens: RFC 6749 §4.3. RFC 9700 §2.4 forbids it; PlaceOS's service
/// accounts use it, so it is there for applications of that profile, in domains that allow it.
public struct PasswordGrant: Sendable {
    let store: any GrantStore & UserStore
    let signIn: SignIn
    let issuer: TokenIssuer
    let generate: TokenGenerator
    let clock: WallClock

    /// - Throws: `invalid_grant`, the same whatever is wrong with the user or the password;
    ///   `unsupported_grant_type` where the domain does not allow it; `SignInFailure.throttled`.
    func exchange(
        username: String, password: Secret, scope: Scope?, for client: Client, in domain: Domain, issuer origin: String,
        from address: String
    ) async throws -> TokenResponse {
        guard domain.policy.passwordGrant != .never else {
            throw OAuthError(.unsupportedGrantType, "This domain does not allow the password grant.")
        }
        let refused = OAuthError.invalidGrant(
            "The provided authorization grant is invalid, expired, revoked, or the user's credentials are wrong.")
        var user: User
        do {
            user = try await signIn.verify(email: username, password: password, in: domain, from: address)
        } catch SignInFailure.refused { throw refused }
        guard domain.policy.passwordGrant == .allowed || user.isServiceAccount else { throw refused }

        let scope = try client.grantable(scope)
        let now = clock.now()
        let grant = Grant(
            id: generate.identifier(), domain: domain.id, client: client.number, user: user.id, session: nil,
            scope: scope, issuer: origin, nonce: nil, authenticatedAt: now, createdAt: now,
            expiresAt: issuer.end(ofGrantTo: client, at: now))
        let refreshToken = issuer.refreshToken(for: client, until: grant.expiresAt, at: now)
        let event = Event(
            domain: domain.id, at: now, kind: .passwordGrantUsed, actor: user.id.text, subject: client.id.text,
            address: address)
        do {
            let current = try await store.stillChecked(user) {
                try await store.save(
                    grant, generation: $0.generation, refreshToken: refreshToken?.1, recording: event)
            }
            guard let current else { throw refused }
            user = current
        } catch StoreError.missing { throw refused }
        return try await issuer.respond(
            for: grant, scope: scope, user: user, client: client, domain: domain, refreshToken: refreshToken?.0, at: now
        )
    }
}
