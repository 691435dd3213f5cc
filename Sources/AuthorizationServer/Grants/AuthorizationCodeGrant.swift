import OAuth

/// Exchanges an authorization code for tokens: RFC 6749 §4.1.3, with proof of possession of the code
/// verifier (RFC 7636 §4.6).
public struct AuthorizationCodeGrant: Sendable {
    let store: any GrantStore
    let issuer: TokenIssuer
    let generate: TokenGenerator
    let clock: WallClock

    /// - Throws: `invalid_grant` for every fault of the code or of the proof that comes with it;
    ///   `invalid_request` for a parameter that is missing.
    func exchange(
        code secret: Secret, redirectURI: String?, codeVerifier: String?, for client: Client, in domain: Domain
    )
        async throws -> TokenResponse
    {
        let unusable = OAuthError.invalidGrant(
            "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client."
        )
        guard let redirectURI else { throw OAuthError.missing("redirect_uri") }

        // §4.1.3: ensure that the authorization code was issued to the authenticated client,
        guard secret.exposed.utf8.count <= 256, let (code, user) = try await store.code(digest: secret.digest),
            code.domain == domain.id, code.client == client.number
        else { throw unusable }

        // verify that the authorization code is valid,
        let now = clock.now()
        guard now < code.expiresAt else { throw unusable }

        // ensure that the redirect_uri is identical to the one in the authorization request,
        guard redirectURI.utf8.elementsEqual(code.redirectURI.utf8) else { throw unusable }

        // and (RFC 7636 §4.6) that the caller holds the verifier behind the challenge; a verifier without
        // a challenge is a downgrade (RFC 9700 §2.1.1).
        switch (code.codeChallenge, codeVerifier) {
        case (nil, nil): break
        case (nil, _?): throw OAuthError.invalidGrant("The authorization request had no code_challenge.")
        case (_?, nil): throw OAuthError.missing("code_verifier")
        case (let challenge?, let verifier?):
            guard challenge.matches(verifier: verifier) else {
                throw OAuthError.invalidGrant("The code_verifier does not match the code_challenge.")
            }
        }

        guard user.isActive else { throw unusable }

        let grant = Grant(
            id: generate.identifier(), domain: domain.id, client: client.number, user: user.id, session: code.session,
            scope: code.scope, issuer: code.issuer, nonce: code.nonce, authenticatedAt: code.authenticatedAt,
            createdAt: now, expiresAt: issuer.end(ofGrantTo: client, at: now))
        let refreshToken = issuer.refreshToken(for: client, until: grant.expiresAt, at: now)

        // §4.1.2: a code is used once. This comes last, so that only a caller who has proved possession can
        // use a code up or, by using it twice, have its tokens revoked.
        do {
            guard try await store.redeem(code: code.digest, for: grant, refreshToken: refreshToken?.1) else {
                try await revokeFirstUse(of: code, at: now)
                throw unusable
            }
        } catch StoreError.missing { throw unusable }
        return try await issuer.respond(
            for: grant, scope: grant.scope, user: user, client: client, domain: domain, refreshToken: refreshToken?.0,
            at: now)
    }

    private func revokeFirstUse(of code: AuthorizationCode, at now: Timestamp) async throws {
        guard let grant = try await store.code(digest: code.digest)?.code.grant else { return }
        try await store.revoke(
            grant: grant, at: now,
            recording: Event(
                domain: code.domain, at: now, kind: .codeReused, actor: code.user.text, subject: String(code.client),
                detail: "An authorization code was used twice; the tokens of its first use are revoked."))
    }
}
