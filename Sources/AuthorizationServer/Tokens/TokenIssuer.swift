import Cryptography
import OAuth

/// Puts the answer of the token endpoint together (RFC 6749 §5.1).
public struct TokenIssuer: Sendable {
    let accessTokens: AccessTokens
    let keys: SigningKeys
    let generate: TokenGenerator
    let clock: WallClock
    let settings: TokenSettings

    public init(
        accessTokens: AccessTokens, keys: SigningKeys, generate: TokenGenerator, clock: WallClock,
        settings: TokenSettings
    ) {
        self.accessTokens = accessTokens
        self.keys = keys
        self.generate = generate
        self.clock = clock
        self.settings = settings
    }

    /// A refresh token to be stored, if the client may have one.
    func refreshToken(for client: Client, until end: Timestamp, at now: Timestamp) -> (Secret, NewRefreshToken)? {
        guard client.policy.grantTypes.contains(.refreshToken) else { return nil }
        let secret = generate.secret()
        return (secret, NewRefreshToken(digest: secret.digest, expiresAt: min(now + client.policy.refreshIdle, end)))
    }

    /// When a grant made now ends, with all its refresh tokens.
    func end(ofGrantTo client: Client, at now: Timestamp) -> Timestamp {
        now + (client.policy.refreshAbsolute ?? .days(36_500))
    }

    /// The tokens of a resource owner's grant. The user is as read just now, so that a change of role or
    /// name shows in the next token.
    func respond(
        for grant: Grant, scope: Scope, user: User, client: Client, domain: Domain, refreshToken: Secret?,
        at now: Timestamp
    ) async throws -> TokenResponse {
        let accessToken = try await accessTokens.issue(
            origin: .grant(grant.id), user: user, scope: scope, client: client, domain: domain, issuer: grant.issuer,
            at: now)
        var idToken: String?
        if scope.contains("openid") {
            let claims = IDTokenClaims(
                issuer: grant.issuer, subject: user.id.text, audience: client.id.text, issuedAt: now,
                expiresAt: now + client.policy.idTokenLifetime, authenticatedAt: grant.authenticatedAt,
                nonce: grant.nonce, accessToken: accessToken, profile: user.standardClaims)
            let algorithm: SigningKey.Algorithm =
                client.policy.accessTokenFormat == .placeos ? .rs256 : domain.policy.signingAlgorithm
            let signer = try await keys.keys(of: domain.id).signer(algorithm)
            idToken = try signer.sign(claims.payload(signedWith: signer.algorithm), type: .jwt)
        }
        return TokenResponse(
            accessToken: accessToken, tokenType: settings.tokenType, expiresIn: client.policy.accessTokenLifetime,
            refreshToken: refreshToken?.exposed, scope: scope, createdAt: now, idToken: idToken)
    }

    /// The token of a client that acts for itself: no refresh token, no ID Token (RFC 6749 §4.4.3).
    func respond(
        forClient client: Client, as user: User?, scope: Scope, domain: Domain, issuer: String, at now: Timestamp
    )
        async throws -> TokenResponse
    {
        let accessToken = try await accessTokens.issue(
            origin: .client(client.number), user: user, scope: scope, client: client, domain: domain, issuer: issuer,
            at: now)
        return TokenResponse(
            accessToken: accessToken, tokenType: settings.tokenType, expiresIn: client.policy.accessTokenLifetime,
            refreshToken: nil, scope: scope, createdAt: now, idToken: nil)
    }
}

/// What an operator may set about tokens.
public struct TokenSettings: Sendable {
    /// The `token_type` of a token response: RFC 6749 §5.1 compares it without case.
    public var tokenType = "bearer"
    /// How long a rotated refresh token still gets a sibling of its successor: clients race at boot.
    public var refreshGrace: Duration = .seconds(30)
    /// The `iss` of access tokens in PlaceOS's format.
    public var placeOSIssuer = "POS"

    public init() {}
}
