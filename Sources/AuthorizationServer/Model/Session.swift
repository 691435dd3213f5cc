public import OAuth

/// Somebody signed in with a browser. The cookie holds a secret, the store its digest.
public struct Session: Sendable, Equatable {
    /// The digest of the cookie's value, which is also how grants refer to the session.
    public let digest: String
    public let domain: DomainID
    public let user: UserID
    /// When the end-user proved who they are: `auth_time` (OpenID Connect Core §2).
    public let authenticatedAt: Timestamp
    public let expiresAt: Timestamp
    /// The program and address it was started from, for the list of one's sessions.
    public let userAgent: String
    public let address: String

    public init(
        digest: String, domain: DomainID, user: UserID, authenticatedAt: Timestamp, expiresAt: Timestamp,
        userAgent: String, address: String
    ) {
        self.digest = digest
        self.domain = domain
        self.user = user
        self.authenticatedAt = authenticatedAt
        self.expiresAt = expiresAt
        self.userAgent = userAgent
        self.address = address
    }
}
