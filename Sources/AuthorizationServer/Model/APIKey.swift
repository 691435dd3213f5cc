import Cryptography
public import OAuth

/// A key that a machine or a kiosk sends instead of a token: `id.secret`.
public struct APIKey: Sendable, Equatable {
    /// 32 hexadecimal digits: the part before the first dot.
    public let id: String
    public let domain: DomainID
    public var user: UserID
    public var name: String
    public var description: String
    public var scope: Scope
    public var permissions: Permissions
    /// HMAC-SHA512 of the id under the secret, in hexadecimal, as PlaceOS stores it.
    public var secretDigest: String
    public var expiresAt: Timestamp?
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    /// As `User.revision`.
    public var revision: Int64

    public init(
        id: String, domain: DomainID, user: UserID, name: String, scope: Scope, permissions: Permissions,
        secretDigest: String, createdAt: Timestamp
    ) {
        self.id = id
        self.domain = domain
        self.user = user
        self.name = name
        self.description = ""
        self.scope = scope
        self.permissions = permissions
        self.secretDigest = secretDigest
        self.createdAt = createdAt
        self.updatedAt = createdAt
        self.revision = 0
    }

    public static func digest(id: String, secret: String) -> String { Digests.hmacSHA512Hex(key: secret, id) }

    /// Splits at the first dot, and compares in constant time.
    func accepts(secret: String) -> Bool { constantTimeEquals(Self.digest(id: id, secret: secret), secretDigest) }
}
