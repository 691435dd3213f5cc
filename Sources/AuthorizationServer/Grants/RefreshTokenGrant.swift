import OAuth

/// Exchanges a refresh token for new tokens: RFC 6749 §6, with rotation (RFC 9700 §4.14.2).
public struct RefreshTokenGrant: Sendable {
    let store: any GrantStore
    let issuer: TokenIssuer
    let clock: WallClock

    /// - Parameter scope: a part of the grant's scope, or `nil` for all of it. It narrows this access
    ///   token only: the grant, and so the next refresh, keeps what it had.
    /// - Throws: `invalid_grant`; `invalid_scope` for more than was granted.
    func exchange(_ secret: Secret, scope: Scope?, for client: Client, in domain: Domain) async throws -> TokenResponse
    {
        let unusable = OAuthError.invalidGrant(
            "The provided refresh token is invalid, expired, revoked, or was issued to another client.")

        // §6: validate the refresh token, and that it was issued to the authenticated client.
        guard secret.exposed.utf8.count <= 256, let (token, user) = try await store.refreshToken(digest: secret.digest),
            token.grant.domain == domain.id, token.grant.client == client.number, !token.isGrantRevoked
        else { throw unusable }
        let now = clock.now()
        guard now < token.expiresAt else { throw unusable }

        // The requested scope must not include any scope not originally granted. A blank one heals.
        // What the application may no longer ask for, it no longer gets.
        let allowed = client.scope.isEmpty ? PlaceOSScopes.all : client.scope
        let granted = (token.grant.scope.isEmpty ? Scope.public : token.grant.scope).intersection(allowed)
        guard !granted.isEmpty else { throw unusable }
        let scope = scope.flatMap { $0.isEmpty ? nil : $0 } ?? granted
        guard scope.isWithin(granted) else {
            throw OAuthError.invalidScope("The requested scope is more than was granted.")
        }

        // Whoever was deleted or disabled since gets nothing; roles and names are as they are now.
        guard user.isActive else { throw unusable }

        guard let (successor, stored) = issuer.refreshToken(for: client, until: token.grant.expiresAt, at: now) else {
            throw OAuthError(.unauthorizedClient, "This application may not use refresh tokens.")
        }
        let grace = client.policy.refreshGrace ?? issuer.settings.refreshGrace
        do {
            guard try await store.rotate(token, to: stored, at: now, grace: grace) else {
                try await refuse(token, at: now, grace: grace)
                throw unusable
            }
        } catch StoreError.missing { throw unusable }
        return try await issuer.respond(
            for: token.grant, scope: scope, user: user, client: client, domain: domain, refreshToken: successor, at: now
        )
    }

    /// RFC 9700 §4.14.2: a token that was rotated long ago, or whose successor was used, is in two hands, and
    /// nobody can tell whose are the right ones: its family ends. One that was merely asked for too often
    /// within its grace is a client's race: it shall come again.
    private func refuse(_ token: RefreshToken, at now: Timestamp, grace: Duration) async throws {
        guard let (token, _) = try await store.refreshToken(digest: token.digest), !token.isGrantRevoked,
            let rotatedAt = token.rotatedAt
        else { return }
        if !token.isSuperseded, now < rotatedAt + grace, rotatedAt <= now + WallClock.tolerance {
            throw StoreError.overloaded
        }
        try await store.revoke(
            grant: token.grant.id, at: now,
            recording: Event(
                domain: token.grant.domain, at: now, kind: .refreshTokenReused, actor: token.grant.user.text,
                subject: String(token.grant.client),
                detail: "A refresh token was used again after its grace; its family is revoked."))
    }
}
