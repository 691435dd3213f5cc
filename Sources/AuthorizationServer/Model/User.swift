public import OAuth

public typealias UserID = Identifier<User>

/// A person or a service account of one domain.
public struct User: Sendable, Equatable {
    public let id: UserID
    public let domain: DomainID
    public var email: EmailAddress
    public var name: String
    public var loginName: String?
    public var staffID: String?
    public var groups: [String]
    public var permissions: Permissions
    /// argon2id or an imported bcrypt digest; `nil` for an account that signs in elsewhere only.
    public var passwordDigest: String?
    /// Whether the address is known to be this person's; `nil` when nobody ever checked.
    public var emailVerified: Bool?
    public var isServiceAccount: Bool
    public var isDisabled: Bool
    public var isDeleted: Bool
    /// How often this user has signed out; see `TokenReference`.
    public var generation: Int64
    public var loginCount: Int64
    public var lastLogin: Timestamp?
    public var loggedOutAt: Timestamp?
    /// PlaceOS's other fields (`nickname`, `first_name`, `phone`, `department`, …): a JSON object.
    public var profile: JSON
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    /// Counts the saved changes, so that of two who change the row at once none undoes the other's.
    public var revision: Int64

    public init(id: UserID, domain: DomainID, email: EmailAddress, name: String, createdAt: Timestamp) {
        self.id = id
        self.domain = domain
        self.email = email
        self.name = name
        self.groups = []
        self.permissions = []
        self.isServiceAccount = false
        self.isDisabled = false
        self.isDeleted = false
        self.generation = 0
        self.loginCount = 0
        self.profile = [:]
        self.createdAt = createdAt
        self.updatedAt = createdAt
        self.revision = 0
    }

    /// Deleted and disabled users get nothing and are told nothing.
    public var isActive: Bool { !isDeleted && !isDisabled }

    /// PlaceOS's claim `u`.
    public var claims: UserClaims {
        UserClaims(name: name, email: email.text, permissions: permissions, groups: groups)
    }

    public var standardClaims: StandardClaims {
        func filled(_ name: String) -> String? {
            guard let text = profile[name]?.string, !text.isEmpty else { return nil }
            return text
        }
        return StandardClaims(
            email: email.text, emailVerified: emailVerified, name: name, preferredUsername: loginName ?? email.text,
            givenName: filled("first_name"), familyName: filled("last_name"), nickname: filled("nickname"),
            phoneNumber: filled("phone"))
    }
}
