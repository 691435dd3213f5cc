public import Cryptography
public import OAuth

public typealias DomainID = Identifier<Domain>

/// A tenant: one host name, one issuer, its own users, clients, keys and sessions. PlaceOS's `authority`.
public struct Domain: Sendable, Equatable {
    public let id: DomainID
    public var name: String
    public var description: String
    /// The host name without port, in lower case.
    public var host: String
    /// Where people without a session are sent; `{{url}}` stands for where they were going.
    public var loginURL: String
    public var logoutURL: String
    /// PlaceOS's settings that clients don't see (`session_timeout`, …): a JSON object.
    public var internals: JSON
    /// PlaceOS's settings that clients see (`default_app`, …): a JSON object.
    public var config: JSON
    public var emailDomains: [String]
    public var policy: DomainPolicy
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    /// As `User.revision`.
    public var revision: Int64

    public init(id: DomainID, name: String, host: String, createdAt: Timestamp) {
        self.id = id
        self.name = name
        self.description = ""
        self.host = host
        self.loginURL = "/login?continue={{url}}"
        self.logoutURL = "/auth/logout"
        self.internals = [:]
        self.config = ["default_app": "/backoffice/"]
        self.emailDomains = []
        self.policy = DomainPolicy()
        self.createdAt = createdAt
        self.updatedAt = createdAt
        self.revision = 0
    }

    /// How long a session may last: `internals.session_timeout` in minutes, as a number or a text;
    /// PlaceOS's default is a day. Between a minute and a year.
    public var sessionLength: Duration {
        let given = internals["session_timeout"]
        let minutes = given?.integer ?? given?.string.flatMap { Int64($0) } ?? 1_440
        return .minutes(min(max(minutes, 1), 525_600))
    }

    /// Deleting a user keeps the row.
    public var deletesSoftly: Bool { internals["soft_delete"]?.bool ?? false }
}

/// What a domain allows: the part of its settings that PlaceOS has no field for.
public struct DomainPolicy: Sendable, Equatable {
    public enum PasswordGrant: String, Sendable, CaseIterable {
        case allowed
        case serviceAccounts = "service_accounts"
        case never
    }

    /// Who may use the password grant.
    public var passwordGrant: PasswordGrant = .allowed
    /// The domain's public origin, when it can't be told from requests; `https://host[:port]`.
    public var origin: String?
    /// Origins whose pages may show this domain's in a frame, such as Teams and Outlook. Not empty:
    /// cookies get `SameSite=None`.
    public var embeddingOrigins: [String] = []
    public var shortestPassword = 8
    /// What signs tokens other than PlaceOS's, whose services verify RS256 only.
    public var signingAlgorithm: SigningKey.Algorithm = .rs256

    public init() {}

    public init(json: JSON) {
        self.init()
        if let text = json["password_grant"]?.string, let value = PasswordGrant(rawValue: text) {
            passwordGrant = value
        }
        origin = json["origin"]?.string
        embeddingOrigins = json["embedding_origins"]?.strings ?? []
        if let name = json["signing_algorithm"]?.string, let value = SigningKey.Algorithm(rawValue: name) {
            signingAlgorithm = value
        }
        if let length = json["shortest_password"]?.integer { shortestPassword = Int(min(max(length, 8), 128)) }
    }

    public var json: JSON {
        var members = [
            JSON.Member("password_grant", .string(passwordGrant.rawValue)),
            JSON.Member("embedding_origins", .texts(embeddingOrigins)),
            JSON.Member("shortest_password", .integer(Int64(shortestPassword))),
            JSON.Member("signing_algorithm", .string(signingAlgorithm.rawValue)),
        ]
        if let origin { members.append(JSON.Member("origin", .string(origin))) }
        return .object(members)
    }
}
