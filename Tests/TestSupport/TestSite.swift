public import AuthorizationServer
public import Cryptography
public import Logging
import OAuth
public import Storage
import StorageSQLite
public import Web

/// A whole server without a socket, on a database in memory, with the domain `localhost` on it.
public struct TestSite: Sendable {
    public let services: Services
    public let store: SQLStore
    public let clock: TestClock
    public let localhost: TestDomain

    /// The least that argon2id accepts: tests are about what happens around it.
    public static let hashingCost = Argon2Cost(memoryKiB: 8, iterations: 1, parallelism: 1)
    /// One for all sites, since its threads live as long as the program.
    public static let lane = HashingLane(cost: hashingCost, threads: 1, queueLimit: 1_024, longestWait: .seconds(60))

    /// - Parameters:
    ///   - failuresPerSource: as in `SignIn`; zero: any number.
    ///   - proxies: whose `X-Forwarded-*` headers are believed.
    public init(
        clock: TestClock = TestClock(), generate: TokenGenerator = .secure, tokens: TokenSettings = TokenSettings(),
        failuresPerSource: Int64 = 0, proxies: TrustedProxies = .none,
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) async throws {
        let store = SQLStore(try SQLiteDatabase(path: ":memory:"), generate: generate)
        try await store.migrate()
        let services = try Self.assemble(
            store: store, clock: clock.wall, generate: generate, settings: tokens,
            failuresPerSource: failuresPerSource, proxies: proxies, logger: logger)
        self.services = services
        self.store = store
        self.clock = clock
        localhost = try await Self.populate(
            "localhost", store: store, administration: services.administration, at: clock.now)
    }

    /// Everything on a store, as the program puts it together.
    public static func assemble(
        store: any Store, clock: WallClock, generate: TokenGenerator, settings: TokenSettings = TokenSettings(),
        failuresPerSource: Int64 = 0, proxies: TrustedProxies = .none, logger: Logger
    ) throws -> Services {
        let sealing = try SealingKey(bytes: SealingKey.generate())
        let directory = Directory(store: store, clock: clock)
        let keys = SigningKeys(store: store, sealing: sealing, clock: clock)
        let accessTokens = AccessTokens(
            store: store, keys: keys, sealing: sealing, generate: generate, clock: clock,
            placeOSIssuer: settings.placeOSIssuer)
        let issuer = TokenIssuer(
            accessTokens: accessTokens, keys: keys, generate: generate, clock: clock, settings: settings)
        let clients = ClientAuthenticator(directory: directory)
        let signIn = try SignIn(
            store: store, lane: lane, clock: clock, failuresPerSource: failuresPerSource, logger: logger)
        let apiKeys = APIKeys(store: store, clock: clock)
        let authenticator = Authenticator(
            accessTokens: accessTokens, apiKeys: apiKeys, clock: clock, placeOSIssuer: settings.placeOSIssuer)
        return Services(
            site: Site(directory: directory, proxies: proxies, logger: logger), store: store,
            token: TokenEndpoint(
                clients: clients, store: store, signIn: signIn, issuer: issuer, generate: generate, clock: clock),
            authorization: AuthorizationEndpoint(
                directory: directory, store: store, generate: generate, clock: clock),
            revocation: RevocationEndpoint(clients: clients, store: store, accessTokens: accessTokens, clock: clock),
            introspection: IntrospectionEndpoint(
                clients: clients, store: store, accessTokens: accessTokens, clock: clock),
            userInfo: UserInfoEndpoint(authenticator: authenticator, store: store, clock: clock),
            discovery: DiscoveryEndpoint(keys: keys, clock: clock), accessTokens: accessTokens,
            authenticator: authenticator, apiKeys: apiKeys, signIn: signIn,
            sessions: Sessions(store: store, generate: generate, clock: clock),
            administration: Administration(
                store: store, sealing: sealing, lane: lane, generate: generate, clock: clock),
            verifiedCookie: VerifiedCookie(secret: "test secret"), clock: clock, version: "test",
            readiness: Readiness(store: store, clock: clock, patience: .seconds(60)))
    }
}
