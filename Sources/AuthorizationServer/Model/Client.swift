public import OAuth

/// The `client_id` that goes over the wire; PlaceOS's is the MD5 of the redirect URI.
public typealias ClientID = Identifier<Client>

/// An application registered in a domain (RFC 6749 §2).
public struct Client: Sendable, Equatable {
    /// PlaceOS's REST resource names applications by number.
    public let number: Int64
    public let domain: DomainID
    public let id: ClientID
    public var name: String
    /// Digests of the secrets that are good, newest first; at most two live at a time.
    public var secretDigests: [String]
    public var redirectURIs: [String]
    /// What the application may ask for; empty: PlaceOS's own list.
    public var scope: Scope
    public var isConfidential: Bool
    public var skipsAuthorization: Bool
    /// Somebody else's application: the end-user is asked for consent.
    public var isThirdParty: Bool
    public var subsystems: [String]
    public var profile: Profile
    public var overrides: ClientOverrides
    /// The account that this client acts as when it acts for itself (RFC 6749 §4.4).
    public var serviceAccount: UserID?
    public var isDisabled: Bool
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    /// Counts the saved changes, so that of two who change the row at once none undoes the other's.
    public var revision: Int64

    public init(
        number: Int64, domain: DomainID, id: ClientID, name: String, redirectURIs: [String], scope: Scope,
        isConfidential: Bool, profile: Profile, createdAt: Timestamp
    ) {
        self.number = number
        self.domain = domain
        self.id = id
        self.name = name
        self.secretDigests = []
        self.redirectURIs = redirectURIs
        self.scope = scope
        self.isConfidential = isConfidential
        self.skipsAuthorization = false
        self.isThirdParty = false
        self.subsystems = []
        self.profile = profile
        self.overrides = ClientOverrides()
        self.serviceAccount = nil
        self.isDisabled = false
        self.createdAt = createdAt
        self.updatedAt = createdAt
        self.revision = 0
    }

    /// Every way of saying one of the redirect URIs as PlaceOS's clients do: MD5 of it as it stands, and
    /// in lower case.
    public var aliases: [String] { redirectURIs.flatMap(PlaceOSClientID.spellings) }
}
