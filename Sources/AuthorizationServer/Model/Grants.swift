public import OAuth

/// What a resource owner has allowed a client, and whatever tokens came of it.
public struct Grant: Sendable, Equatable {
    public let id: String
    public let domain: DomainID
    /// The client's number.
    public let client: Int64
    public let user: UserID
    /// The session it was given in; `nil` for the password grant.
    public let session: String?
    public let scope: Scope
    public let issuer: String
    public let nonce: String?
    public let authenticatedAt: Timestamp
    public let createdAt: Timestamp
    /// The end of its refresh tokens, however often they are used.
    public let expiresAt: Timestamp

    public init(
        id: String, domain: DomainID, client: Int64, user: UserID, session: String?, scope: Scope, issuer: String,
        nonce: String?, authenticatedAt: Timestamp, createdAt: Timestamp, expiresAt: Timestamp
    ) {
        self.id = id
        self.domain = domain
        self.client = client
        self.user = user
        self.session = session
        self.scope = scope
        self.issuer = issuer
        self.nonce = nonce
        self.authenticatedAt = authenticatedAt
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

/// An authorization code on its way to the client (RFC 6749 §4.1.2).
public struct AuthorizationCode: Sendable, Equatable {
    public let digest: String
    public let domain: DomainID
    public let client: Int64
    public let user: UserID
    public let session: String?
    public let redirectURI: String
    public let scope: Scope
    public let codeChallenge: CodeChallenge?
    public let nonce: String?
    public let issuer: String
    public let authenticatedAt: Timestamp
    public let expiresAt: Timestamp
    /// The grant that its redemption made; `nil` while it has not been redeemed.
    public let grant: String?

    public init(
        digest: String, domain: DomainID, client: Int64, user: UserID, session: String?, redirectURI: String,
        scope: Scope, codeChallenge: CodeChallenge?, nonce: String?, issuer: String, authenticatedAt: Timestamp,
        expiresAt: Timestamp, grant: String? = nil
    ) {
        self.digest = digest
        self.domain = domain
        self.client = client
        self.user = user
        self.session = session
        self.redirectURI = redirectURI
        self.scope = scope
        self.codeChallenge = codeChallenge
        self.nonce = nonce
        self.issuer = issuer
        self.authenticatedAt = authenticatedAt
        self.expiresAt = expiresAt
        self.grant = grant
    }
}

/// A new refresh token as the store keeps it.
public struct NewRefreshToken: Sendable, Equatable {
    public let digest: String
    public let expiresAt: Timestamp

    public init(digest: String, expiresAt: Timestamp) {
        self.digest = digest
        self.expiresAt = expiresAt
    }
}

/// A refresh token as it was found, with its grant.
public struct RefreshToken: Sendable, Equatable {
    public let digest: String
    public let grant: Grant
    public let isGrantRevoked: Bool
    /// The digest of the token it succeeded.
    public let predecessor: String?
    public let expiresAt: Timestamp
    /// When it was first exchanged for a successor.
    public let rotatedAt: Timestamp?
    /// Whether one of its successors has been exchanged too.
    public let isSuperseded: Bool

    public init(
        digest: String, grant: Grant, isGrantRevoked: Bool, predecessor: String?, expiresAt: Timestamp,
        rotatedAt: Timestamp?, isSuperseded: Bool = false
    ) {
        self.digest = digest
        self.grant = grant
        self.isGrantRevoked = isGrantRevoked
        self.predecessor = predecessor
        self.expiresAt = expiresAt
        self.rotatedAt = rotatedAt
        self.isSuperseded = isSuperseded
    }
}
