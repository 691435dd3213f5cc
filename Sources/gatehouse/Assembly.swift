import AuthorizationServer
import EngineAPI
import Hummingbird
import Logging
import OAuth
import Web

/// Puts the server's endpoints together. No other file knows every concrete type.
func assemble(_ workspace: Workspace, _ configuration: Configuration, logger: Logger) throws -> Services {
    let store = workspace.store
    let clock = workspace.clock
    let generate = workspace.generate

    let directory = Directory(store: store, clock: clock)
    let keys = SigningKeys(store: store, sealing: workspace.masterKey.sealing, clock: clock)
    let accessTokens = AccessTokens(
        store: store, keys: keys, sealing: workspace.masterKey.sealing, generate: generate,
        clock: clock, placeOSIssuer: configuration.tokens.placeOSIssuer)
    let issuer = TokenIssuer(
        accessTokens: accessTokens, keys: keys, generate: generate, clock: clock, settings: configuration.tokens)
    let clients = ClientAuthenticator(directory: directory)
    let apiKeys = APIKeys(store: store, clock: clock)
    let authenticator = Authenticator(
        accessTokens: accessTokens, apiKeys: apiKeys, clock: clock, placeOSIssuer: configuration.tokens.placeOSIssuer)
    let signIn = try SignIn(
        store: store, lane: workspace.lane, clock: clock, failuresPerSource: configuration.signInLimitPerSource,
        logger: logger)

    return Services(
        site: Site(
            directory: directory, proxies: configuration.trustedProxies, logger: logger,
            admission: Admission(limit: configuration.requestsInFlight)),
        store: store,
        token: TokenEndpoint(
            clients: clients, store: store, signIn: signIn, issuer: issuer, generate: generate, clock: clock),
        authorization: AuthorizationEndpoint(directory: directory, store: store, generate: generate, clock: clock),
        revocation: RevocationEndpoint(clients: clients, store: store, accessTokens: accessTokens, clock: clock),
        introspection: IntrospectionEndpoint(clients: clients, store: store, accessTokens: accessTokens, clock: clock),
        userInfo: UserInfoEndpoint(authenticator: authenticator, store: store, clock: clock),
        discovery: DiscoveryEndpoint(keys: keys, clock: clock),
        accessTokens: accessTokens, authenticator: authenticator, apiKeys: apiKeys, signIn: signIn,
        sessions: Sessions(store: store, generate: generate, clock: clock),
        administration: workspace.administration,
        verifiedCookie: VerifiedCookie(
            secret: configuration.secretKeyBase?.exposed ?? workspace.masterKey.derive("verified-cookie")),
        clock: clock, version: Program.version)
}

/// Everything the server answers to.
func router(_ services: Services, tls: Bool) -> Router<Context> {
    let router = Router(context: Context.self)
    router.add(middleware: Measure())
    router.add(middleware: Edge(refusesPlainHTTP: tls, logger: services.site.logger))
    router.add(middleware: Admit(services.site.admission))
    addRoutes(to: router, services)
    addEngineRoutes(to: router, services)
    return router
}
