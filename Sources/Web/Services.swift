public import AuthorizationServer
import OAuth

/// The endpoints and what they stand on, put together once; every route takes what it needs from here.
public struct Services: Sendable {
    public let site: Site
    public let store: any Store
    public let token: TokenEndpoint
    public let authorization: AuthorizationEndpoint
    public let revocation: RevocationEndpoint
    public let introspection: IntrospectionEndpoint
    public let userInfo: UserInfoEndpoint
    public let discovery: DiscoveryEndpoint
    public let accessTokens: AccessTokens
    public let authenticator: Authenticator
    public let apiKeys: APIKeys
    public let signIn: SignIn
    public let sessions: Sessions
    public let administration: Administration
    public let verifiedCookie: VerifiedCookie
    public let clock: WallClock
    public let readiness: Readiness
    /// The program's version.
    public let version: String

    public init(
        site: Site, store: any Store, token: TokenEndpoint, authorization: AuthorizationEndpoint,
        revocation: RevocationEndpoint, introspection: IntrospectionEndpoint, userInfo: UserInfoEndpoint,
        discovery: DiscoveryEndpoint, accessTokens: AccessTokens, authenticator: Authenticator, apiKeys: APIKeys,
        signIn: SignIn, sessions: Sessions, administration: Administration, verifiedCookie: VerifiedCookie,
        clock: WallClock, version: String,
        readiness: Readiness? = nil
    ) {
        self.site = site
        self.store = store
        self.token = token
        self.authorization = authorization
        self.revocation = revocation
        self.introspection = introspection
        self.userInfo = userInfo
        self.discovery = discovery
        self.accessTokens = accessTokens
        self.authenticator = authenticator
        self.apiKeys = apiKeys
        self.signIn = signIn
        self.sessions = sessions
        self.administration = administration
        self.verifiedCookie = verifiedCookie
        self.clock = clock
        self.version = version
        self.readiness = readiness ?? Readiness(store: store, clock: clock)
    }
}
