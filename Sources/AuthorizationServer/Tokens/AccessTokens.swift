public import Cryptography
public import OAuth

/// Writes access tokens and reads them back. None is stored: what a token says is in the token, and
/// whether it is still in force is asked of the store each time.
public struct AccessTokens: Sendable {
    private let store: any GrantStore
    private let keys: SigningKeys
    private let sealing: SealingKey
    private let generate: TokenGenerator
    private let clock: WallClock
    private let placeOSIssuer: String
    private let verified: Cache<VerifiedKey, AccessTokenClaims>
    private let standings: Cache<TokenReference, Standing>

    /// In bytes. The largest honest token is a third of this.
    static let longest = 8_192
    private static let opaquePrefix = "gha_"
    private static let opaqueContext = "access-token"

    private struct VerifiedKey: Hashable, Sendable {
        let domain: DomainID
        let token: String
    }

    /// - Parameter placeOSIssuer: the `iss` of PlaceOS's format.
    public init(
        store: any GrantStore, keys: SigningKeys, sealing: SealingKey, generate: TokenGenerator, clock: WallClock,
        placeOSIssuer: String
    ) {
        self.store = store
        self.keys = keys
        self.sealing = sealing
        self.generate = generate
        self.clock = clock
        self.placeOSIssuer = placeOSIssuer
        // A signature that was good stays good: only what revocation can change is asked again.
        verified = Cache(name: "signatures", limit: 4_096, clock: clock, freshness: .minutes(10))
        standings = Cache(name: "standings", limit: 8_192, clock: clock)
    }

    /// A token for `user`, or for the client itself.
    func issue(
        origin: TokenReference.Origin, user: User?, scope: Scope, client: Client, domain: Domain, issuer: String,
        at now: Timestamp
    ) async throws -> String {
        let policy = client.policy
        let reference = TokenReference(origin: origin, generation: user?.generation ?? 0, random: generate.next(9))
        let claims = AccessTokenClaims(
            issuer: policy.accessTokenFormat == .placeos ? placeOSIssuer : issuer,
            issuedAt: now, expiresAt: now + policy.accessTokenLifetime, tokenID: reference.text,
            audience: domain.host, scope: scope, subject: user?.id.text ?? client.id.text, clientID: client.id.text,
            user: user?.claims ?? UserClaims(name: client.name, email: "", permissions: [], groups: []))
        switch policy.accessTokenFormat {
        case .placeos:
            return try await keys.keys(of: domain.id).signer(.rs256).sign(claims.placeOSPayload(), type: .jwt)
        case .jwt:
            return try await keys.keys(of: domain.id).signer(domain.policy.signingAlgorithm)
                .sign(claims.jwtPayload(), type: .accessToken)
        case .opaque:
            return Self.opaquePrefix + (try sealing.seal(claims.jwtPayload(), context: Self.opaqueContext))
        }
    }

    /// The token's claims and what stands behind it, or the reason why it is refused.
    ///
    /// - Throws: `invalid_token` (RFC 6750 §3.1).
    public func verify(_ token: String, in domain: Domain) async throws -> VerifiedToken {
        // ASCII only: Swift holds the Kelvin sign equal to a K, and so would the cache.
        guard token.utf8.count <= Self.longest, token.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw OAuthError.invalidToken("The access token is invalid")
        }
        let counts = try await store.counts()
        let claims = try await verified.value(
            for: VerifiedKey(domain: domain.id, token: token), asOf: counts.changes
        ) {
            try await read(token, in: domain, asOf: counts.changes)
        }
        // The issuer of PlaceOS's format belongs to no ID Token, nor does a `jti` of this form.
        guard let claims, let reference = TokenReference(parsing: claims.tokenID) else {
            throw OAuthError.invalidToken("The access token is invalid")
        }
        guard claims.audience == domain.host else {
            throw OAuthError.invalidToken("authority domain does not match token's")
        }
        guard clock.now() < claims.expiresAt else { throw OAuthError.invalidToken("The access token expired") }
        let standing = try await standings.value(for: reference, asOf: counts.endings) {
            try await store.standing(of: reference)
        }
        guard let standing, standing.domain == domain.id, Self.speaks(claims, reference, standing) else {
            throw OAuthError.invalidToken("The access token was revoked")
        }
        return VerifiedToken(claims: claims, reference: reference, standing: standing, counts: counts)
    }

    /// Whether a client's own token still names whom the client acts as: the account may have been changed.
    private static func speaks(_ claims: AccessTokenClaims, _ reference: TokenReference, _ standing: Standing) -> Bool {
        guard case .client = reference.origin else { return true }
        return claims.subject == standing.serviceAccount?.text ?? standing.clientID.text
    }

    /// The grant or client that a token of this server came from, expired or not: for signing out.
    public func reference(in token: String, of domain: Domain) async throws -> TokenReference? {
        guard token.utf8.count <= Self.longest,
            let claims = try await read(token, in: domain, asOf: store.counts().changes),
            claims.audience == domain.host
        else { return nil }
        return TokenReference(parsing: claims.tokenID)
    }

    /// Checks the writing only: RFC 7515 §5.2, RFC 8725 §3.1 to §3.3, §3.11.
    private func read(_ token: String, in domain: Domain, asOf changes: UInt64) async throws -> AccessTokenClaims? {
        if token.hasPrefix(Self.opaquePrefix) {
            do {
                let payload = try sealing.open(
                    String(token.dropFirst(Self.opaquePrefix.count)), context: Self.opaqueContext)
                return AccessTokenClaims(payload: try JSON(parsing: payload))
            } catch { return nil }
        }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.json(parts[0]), let keyID = header["kid"]?.string,
            // §4.1.11: no extension is understood here.
            header["crit"] == nil,
            let type = header["typ"]?.string, type == "JWT" || type == "at+jwt",
            // The key decides the algorithm, never the token.
            let key = try await keys.verifiers(of: domain.id, asOf: changes).verifier(keyID: keyID),
            header["alg"]?.string == key.algorithm.rawValue,
            let signature = Base64URL.decode(String(parts[2])),
            key.isValid(signature, for: Array(token.utf8.prefix(parts[0].utf8.count + 1 + parts[1].utf8.count))),
            let payload = Self.json(parts[1]), let claims = AccessTokenClaims(payload: payload),
            // §3.8: the issuer belongs to the format, so that neither passes for the other.
            (claims.issuer == placeOSIssuer) == (type == "JWT")
        else { return nil }
        return claims
    }

    private static func json(_ part: Substring) -> JSON? {
        guard let bytes = Base64URL.decode(String(part)) else { return nil }
        do { return try JSON(parsing: bytes) } catch { return nil }
    }
}

/// An access token that is in force.
public struct VerifiedToken: Sendable {
    public let claims: AccessTokenClaims
    public let reference: TokenReference
    public let standing: Standing
    /// As of which it is in force: what else the request looks up need not ask again.
    let counts: ChangeCount

    /// The user it speaks for; `nil` for a client that acts for itself.
    public var user: UserID? {
        claims.subject == standing.clientID.text ? nil : UserID(claims.subject)
    }
}
