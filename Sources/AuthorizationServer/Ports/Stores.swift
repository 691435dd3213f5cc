public import OAuth

/// Everything the authorization server asks of a store. Each method is an act of the protocol and atomic
/// by itself; what it promises is written here, and the conformance suite holds every store to it.
///
/// Whatever returns without an error is durable: it survives `kill -9` and power loss.
///
/// Errors are `StoreError`.
public protocol Store:
    DomainStore, ClientStore, UserStore, SessionStore, GrantStore, APIKeyStore, SigningKeyStore, ThrottleStore,
    SetupLinkStore, EventStore, ConsentStore, NodeStore
{}

/// What nodes on one database agree on.
public protocol NodeStore: Sendable {
    /// Gives a task to one holder at a time, until the time it names. Answers whether it has it. All who ask for
    /// a task ask for the same length, so that one that lies further ahead is known not to be meant.
    func lease(_ task: String, to holder: String, until end: Timestamp, at now: Timestamp) async throws -> Bool
    /// What is kept under a name, if anything.
    func setting(_ name: String) async throws -> String?
    /// What is kept under a name; `value`, when nothing was.
    func settle(_ name: String, _ value: String) async throws -> String
    /// `false` after a write that failed for reasons of the database, until the next that doesn't.
    var canWrite: Bool { get }
}

extension NodeStore {
    public var canWrite: Bool { true }
}

/// A page of a list, in the order name, id.
public struct Page<Item: Sendable>: Sendable {
    public let items: [Item]
    /// How many there are on all pages.
    public let total: Int64

    public init(items: [Item], total: Int64) {
        self.items = items
        self.total = total
    }
}

/// Which part of a list is wanted.
public struct ListRequest: Sendable {
    /// Words to look for; blank matches all.
    public var search: String
    public var limit: Int64
    public var offset: Int64

    public init(search: String = "", limit: Int64 = 100, offset: Int64 = 0) {
        self.search = search
        self.limit = limit
        self.offset = offset
    }
}

public protocol DomainStore: ChangeCounts {
    func domain(host: String) async throws -> Domain?
    func domain(id: DomainID) async throws -> Domain?
    /// The oldest one whose `emailDomains` name it; in lower case.
    func domain(emailDomain: String) async throws -> Domain?
    func domains(_ request: ListRequest) async throws -> Page<Domain>
    /// - Throws: `conflict` when the host is taken.
    func insert(_ domain: Domain) async throws
    /// - Throws: `conflict`; `stale` when the row is no longer of the domain's revision.
    func update(_ domain: Domain) async throws
    /// Takes everything of the domain with it. Answers `false`, and does nothing, when no administrator
    /// of another domain would be left.
    func delete(domain: DomainID) async throws -> Bool
}

public protocol ClientStore: ChangeCounts {
    /// By its own `client_id` first, then by an alias (`Client.aliases`).
    func client(id: ClientID, in domain: DomainID) async throws -> Client?
    func client(number: Int64) async throws -> Client?
    /// - Parameters:
    ///   - domain: `nil`: of every domain.
    ///   - withoutSubsystems: only those that belong to no subsystem.
    func clients(in domain: DomainID?, withoutSubsystems: Bool, _ request: ListRequest) async throws -> Page<Client>
    /// - Throws: `conflict` when the domain has such a name or `client_id` already.
    func insert(_ client: Client) async throws
    /// - Throws: `conflict`; `stale` when the row is no longer of the client's revision.
    func update(_ client: Client) async throws
    /// Its grants, codes and refresh tokens go with it.
    func delete(client number: Int64) async throws
}

extension ClientStore {
    public func clients(in domain: DomainID?, _ request: ListRequest) async throws -> Page<Client> {
        try await clients(in: domain, withoutSubsystems: false, request)
    }
}

public protocol UserStore: ChangeCounts {
    func user(id: UserID) async throws -> User?
    func user(email: EmailAddress, in domain: DomainID) async throws -> User?
    /// By id, e-mail digest, login name or staff id, in this order.
    func user(named name: String, in domain: DomainID) async throws -> User?
    func users(in domain: DomainID?, includingDeleted: Bool, _ request: ListRequest) async throws -> Page<User>
    /// - Throws: `conflict` when the domain has such an e-mail address, login name or staff id already.
    func insert(_ user: User) async throws
    /// Saves what an administrator or the user may change: not the counters of signing in and out. Answers
    /// `false`, and does nothing, when no active administrator would be left.
    ///
    /// Whoever loses a level loses it in tokens and API keys too; whoever is no longer active loses all.
    ///
    /// - Throws: `conflict`; `stale` when the row is no longer of the user's revision; `missing`.
    func update(_ user: User) async throws -> Bool
    /// Answers `false`, and does nothing, when no active administrator would be left.
    func delete(user: UserID) async throws -> Bool
    /// Replaces the digest; the user's sessions, grants and tokens end with it.
    func setPassword(_ digest: String, of user: UserID, at now: Timestamp) async throws
    /// Replaces the digest by a better one of the same password, unless there is another by now.
    func upgrade(_ digest: String, to better: String, of user: UserID) async throws
    func hasAdministrator() async throws -> Bool
}

public protocol SessionStore: Sendable {
    /// Ends one session; its grants stay.
    func end(session digest: String) async throws
    /// Starts a session and counts the sign-in. Answers `false`, and does nothing, when the user is no longer
    /// active and of the generation that the password was checked for.
    func start(_ session: Session, generation: Int64, recording event: Event) async throws -> Bool
    /// The session and its user, while both are alive.
    func session(digest: String, at now: Timestamp) async throws -> (session: Session, user: User)?
    /// Signs the user out everywhere, as PlaceOS does: every session ends, and every access token issued
    /// so far; refresh tokens that were given in the session `digest` end too.
    func signOut(_ user: UserID, session digest: String?, at now: Timestamp, recording event: Event) async throws
}

public protocol GrantStore: ChangeCounts {
    /// Answers `false`, and does nothing, when the session that it is given in has ended.
    ///
    /// - Throws: `missing` when the client or the user is no longer there.
    func save(_ code: AuthorizationCode) async throws -> Bool
    /// The code, redeemed or not, and its user; `nil` when it was never issued or is long gone.
    func code(digest: String) async throws -> (code: AuthorizationCode, user: User)?

    /// Redeems the code for the grant and its first refresh token, and answers whether this call was the
    /// one that did it. Of any number of concurrent calls exactly one is answered `true` (RFC 6749 §4.1.2:
    /// used at most once), and nothing is stored for the others. Never when its session has ended; signing out
    /// at the same time wins.
    ///
    /// - Throws: `missing` when the client or the user is no longer there.
    func redeem(code digest: String, for grant: Grant, refreshToken: NewRefreshToken?) async throws -> Bool

    /// Stores a grant that came without a code. Answers `false`, and does nothing, when the user is no longer
    /// active and of the generation that the password was checked for.
    ///
    /// - Throws: `missing` when the client is no longer there.
    func save(_ grant: Grant, generation: Int64, refreshToken: NewRefreshToken?, recording event: Event?) async throws
        -> Bool

    /// The token with its grant, and the grant's user.
    func refreshToken(digest: String) async throws -> (token: RefreshToken, user: User)?

    /// Replaces a refresh token by `successor` (RFC 9700 §4.14.2), and answers whether it did.
    ///
    /// A token is rotated once. For `grace` after that it gets a sibling of its successor, at most five
    /// times and only until one of its successors has been rotated itself. Never when it has expired, or
    /// its grant has been revoked; and revoking the grant at the same time wins.
    ///
    /// - Throws: `missing` when the grant went with its client or user at the same time.
    func rotate(_ token: RefreshToken, to successor: NewRefreshToken, at now: Timestamp, grace: Duration) async throws
        -> Bool

    /// Ends a grant: its refresh tokens and its access tokens, at once.
    func revoke(grant: String, at now: Timestamp, recording event: Event?) async throws
    /// Ends one access token that has no grant of a resource owner.
    func revoke(token: TokenReference, until: Timestamp) async throws

    /// Whether the token's grant, client and user still stand; `nil` when the token is no longer in force.
    func standing(of token: TokenReference) async throws -> Standing?

    /// Deletes up to `limit` rows of each kind that ended before `now`, and answers how many
    /// rows it dealt with: as many again may wait.
    func purge(endedBefore now: Timestamp, limit: Int64) async throws -> Int
}

/// What stands behind an access token that is in force.
public struct Standing: Sendable, Equatable {
    /// The client's number and `client_id`.
    public let client: Int64
    public let clientID: ClientID
    public let domain: DomainID
    /// The account the client acts as now, for a token that has no grant.
    public let serviceAccount: UserID?

    public init(client: Int64, clientID: ClientID, domain: DomainID, serviceAccount: UserID? = nil) {
        self.client = client
        self.clientID = clientID
        self.domain = domain
        self.serviceAccount = serviceAccount
    }
}

public protocol APIKeyStore: ChangeCounts {
    func apiKey(id: String) async throws -> (key: APIKey, user: User)?
    func apiKeys(in domain: DomainID?, _ request: ListRequest) async throws -> Page<APIKey>
    /// - Throws: `conflict` when the domain has a key of that name, whatever its case; `missing`.
    func insert(_ key: APIKey) async throws
    /// - Throws: `conflict`; `stale` when the row is no longer of the key's revision.
    func update(_ key: APIKey) async throws
    func delete(apiKey id: String) async throws
}

public protocol SigningKeyStore: ChangeCounts {
    /// Newest first.
    func signingKeys(of domain: DomainID) async throws -> [StoredSigningKey]
    /// Adds a key that signs from now on; those of its algorithm that did so far are published until
    /// `retiringOthersAt`.
    func insert(_ key: StoredSigningKey, retiringOthersAt: Timestamp) async throws
    /// Answers `false` when the domain has no such key or it is the one that signs.
    func delete(signingKey id: String, of domain: DomainID) async throws -> Bool
}

public protocol ThrottleStore: Sendable {
    /// Books an attempt before it is made. Of concurrent calls each sees those before it.
    func book(_ attempt: SignInAttempt, at now: Timestamp) async throws -> Booking
    /// Takes the bookings back after a success; the account's count starts anew.
    func release(_ attempt: SignInAttempt) async throws
    /// Takes back one booking of an attempt that nobody decided, because the server was too busy.
    func withdraw(_ attempt: SignInAttempt) async throws
}

/// Who tries to sign in, for counting.
public struct SignInAttempt: Sendable, Equatable {
    /// The account, by what identifies it whatever its spelling.
    public let account: String
    /// The network address the attempt comes from; IPv6 by its /64.
    public let source: String
    /// How many failures in ten minutes a source may have; zero: any number.
    public let sourceLimit: Int64

    public init(account: String, source: String, sourceLimit: Int64) {
        self.account = account
        self.source = source
        self.sourceLimit = sourceLimit
    }
}

public enum Booking: Sendable, Equatable {
    case allowed
    case refused(until: Timestamp)
}

public protocol SetupLinkStore: Sendable {
    func save(setupLink digest: String, domain: DomainID, expiresAt: Timestamp) async throws
    func setupLink(digest: String, at now: Timestamp) async throws -> DomainID?
    /// Uses the link up and stores the administrator in one act; `false` when the link was used before.
    /// A user with this e-mail address becomes an administrator and gets the password.
    func redeem(setupLink digest: String, for administrator: User, at now: Timestamp) async throws -> Bool
}

public protocol EventStore: Sendable {
    func record(_ event: Event) async throws
    func events(of domain: DomainID, _ request: ListRequest) async throws -> Page<Event>
}

public protocol ConsentStore: Sendable {
    /// What the user has allowed the client so far.
    func consent(of user: UserID, to client: Int64) async throws -> Scope?
    func save(consent scope: Scope, of user: UserID, to client: Int64, at now: Timestamp) async throws
}

/// A private key as it is stored: sealed under the master key.
public struct StoredSigningKey: Sendable, Equatable {
    /// RFC 7638 thumbprint.
    public let id: String
    public let domain: DomainID
    public let algorithm: String
    public let sealedPEM: String
    public let createdAt: Timestamp
    /// Until when a key that no longer signs is published; `nil` for the one that signs.
    public let retiresAt: Timestamp?

    public init(
        id: String, domain: DomainID, algorithm: String, sealedPEM: String, createdAt: Timestamp, retiresAt: Timestamp?
    ) {
        self.id = id
        self.domain = domain
        self.algorithm = algorithm
        self.sealedPEM = sealedPEM
        self.createdAt = createdAt
        self.retiresAt = retiresAt
    }
}
