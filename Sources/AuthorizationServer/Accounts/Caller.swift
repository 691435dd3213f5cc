public import OAuth

/// Who calls an API: a user by a token or a key, or a client by its own token.
public struct Caller: Sendable {
    public enum Credential: Sendable { case accessToken(TokenReference, Standing), apiKey(String) }

    public let domain: Domain
    public let claims: AccessTokenClaims
    public let credential: Credential
    /// `nil` for a client that acts for itself.
    public let user: UserID?
    /// What the token was verified by; `nil` for an API key.
    let counts: ChangeCount?

    /// Whether the scope reaches a resource: by `public`, by its name, or by its name with the access.
    /// A scope word that ends in `.read` or `.write` gives that access only.
    public func mayAccess(_ resource: String, writing: Bool) -> Bool {
        let access = writing ? "write" : "read"
        return ["public", resource].contains { claims.scope.contains($0) || claims.scope.contains("\($0).\(access)") }
    }
}

/// Finds out who calls, from whatever credential the request carries.
public struct Authenticator: Sendable {
    private let accessTokens: AccessTokens
    private let apiKeys: APIKeys
    private let clock: WallClock
    private let placeOSIssuer: String

    public init(accessTokens: AccessTokens, apiKeys: APIKeys, clock: WallClock, placeOSIssuer: String) {
        self.accessTokens = accessTokens
        self.apiKeys = apiKeys
        self.clock = clock
        self.placeOSIssuer = placeOSIssuer
    }

    /// An API key decides alone when there is one.
    ///
    /// - Throws: `invalid_token`; its hint is what PlaceOS's API answers.
    public func caller(_ credentials: PresentedCredentials, in domain: Domain) async throws -> Caller {
        if let text = credentials.apiKey {
            let (key, user) = try await apiKeys.verify(text, in: domain)
            let now = clock.now()
            let claims = AccessTokenClaims(
                issuer: placeOSIssuer, issuedAt: now - .minutes(5), expiresAt: now + .hours(1), tokenID: key.id,
                audience: domain.host, scope: key.scope, subject: user.id.text, clientID: nil,
                user: UserClaims(
                    name: user.name, email: user.email.text, permissions: key.permissions, groups: user.groups))
            return Caller(
                domain: domain, claims: claims, credential: .apiKey(key.id), user: user.id,
                counts: nil)
        }
        guard let token = credentials.bearer else { throw OAuthError.invalidToken("") }
        let verified = try await accessTokens.verify(token, in: domain)
        return Caller(
            domain: domain, claims: verified.claims, credential: .accessToken(verified.reference, verified.standing),
            user: verified.user, counts: verified.counts)
    }
}

/// The credentials a request carries, in the places PlaceOS's clients put them.
public struct PresentedCredentials: Sendable {
    public let apiKey: String?
    public let bearer: String?

    public init(apiKey: String?, bearer: String?) {
        self.apiKey = apiKey
        self.bearer = bearer
    }
}
