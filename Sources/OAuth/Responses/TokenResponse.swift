/// The answer of the token endpoint (RFC 6749 §5.1), with its members in the order PlaceOS's clients know.
public struct TokenResponse: Sendable, Equatable {
    public let accessToken: String
    public let tokenType: String
    public let expiresIn: Duration
    public let refreshToken: String?
    public let scope: Scope
    public let createdAt: Timestamp
    public let idToken: String?

    public init(
        accessToken: String, tokenType: String, expiresIn: Duration, refreshToken: String?, scope: Scope,
        createdAt: Timestamp, idToken: String?
    ) {
        self.accessToken = accessToken
        self.tokenType = tokenType
        self.expiresIn = expiresIn
        self.refreshToken = refreshToken
        self.scope = scope
        self.createdAt = createdAt
        self.idToken = idToken
    }

    /// What is blank is left out, never `null`.
    public var json: [UInt8] {
        var writer = JSONWriter(capacity: accessToken.utf8.count + (idToken?.utf8.count ?? 0) + 256)
        writer.beginObject()
        writer.member("access_token", accessToken)
        writer.member("token_type", tokenType)
        writer.member("expires_in", expiresIn.wholeSeconds)
        if let refreshToken { writer.member("refresh_token", refreshToken) }
        if !scope.isEmpty { writer.member("scope", scope.description) }
        writer.member("created_at", createdAt.seconds)
        if let idToken { writer.member("id_token", idToken) }
        writer.endObject()
        return writer.bytes
    }
}
