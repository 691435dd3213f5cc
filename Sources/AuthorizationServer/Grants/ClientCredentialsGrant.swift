import OAuth

/// A token for a client that acts for itself: RFC 6749 §4.4.
public struct ClientCredentialsGrant: Sendable {
    let store: any UserStore
    let issuer: TokenIssuer
    let clock: WallClock

    /// - Throws: `unauthorized_client` for a public client (§4.4: confidential clients only).
    func exchange(scope: Scope?, for client: Client, in domain: Domain, issuer origin: String) async throws
        -> TokenResponse
    {
        guard client.isConfidential else {
            throw OAuthError(.unauthorizedClient, "Only a confidential application may act for itself.")
        }
        let scope = try client.grantable(scope)
        // The account it is bound to, if any: then the token is that user's. An ID Token is never given.
        var user: User?
        if let account = client.serviceAccount {
            user = try await store.user(id: account)
            guard let user, user.isActive else {
                throw OAuthError(.unauthorizedClient, "The service account of this application is not active.")
            }
        }
        return try await issuer.respond(
            forClient: client, as: user, scope: scope, domain: domain, issuer: origin, at: clock.now())
    }
}
