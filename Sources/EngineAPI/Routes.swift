import HTTPTypes
public import Hummingbird
public import Web

/// PlaceOS's REST resources, as far as signing in and administering it take: `/api/engine/v2`.
public func addEngineRoutes(to router: Router<Context>, _ services: Services) {
    // Whether the process is up: asks neither the database nor which host was meant.
    var served = [Served("/api/engine/v2", .get) { _, _ in Answer.empty(.ok) }]
    for route in routeTable(services) {
        // ts-client leaves the slash out in these.
        let paths = ["domains/lookup/:email", "users/groups"].contains(route.path) ? ["/", ""] : ["/"]
        for path in paths.map({ "/api/engine/v2\($0)\(route.path)" }) {
            served += route.methods.map { Served(path, $0, services.respond(by: route.permission)) }
        }
    }
    serve(served, on: router)
}

/// Every resource, and who may use it.
func routeTable(_ services: Services) -> [Route] {
    let platform = PlatformRoutes(services: services)
    let apiKeys = APIKeyRoutes(services: services)
    let applications = ApplicationRoutes(services: services)
    let domains = DomainRoutes(services: services)
    let users = UserRoutes(services: services)
    return [
        Route(.get, "version", .anyCredential(platform.version)),
        Route(.get, "platform", .anyCredential(platform.platform)),
        Route(.get, "scopes", .anyCredential(platform.scopes)),
        Route(.get, "metadata/:id", .user(.read(.metadata), platform.metadata)),

        Route(.get, "api_keys/inspect", .anyCredential(apiKeys.inspect)),
        Route(.get, "api_keys", .administrator(.read(.apiKeys), apiKeys.index)),
        Route(.post, "api_keys", .administrator(.write(.apiKeys), apiKeys.create)),
        Route(.get, "api_keys/:id", .administrator(.read(.apiKeys), apiKeys.show)),
        Route([.patch, .put], "api_keys/:id", .administrator(.write(.apiKeys), apiKeys.update)),
        Route(.delete, "api_keys/:id", .administrator(.write(.apiKeys), apiKeys.delete)),

        Route(.get, "oauth_apps", .user(.read(.applications), applications.index)),
        Route(.post, "oauth_apps", .administrator(.write(.applications), applications.create)),
        Route(.get, "oauth_apps/:id", .administrator(.read(.applications), applications.show)),
        Route([.patch, .put], "oauth_apps/:id", .administrator(.write(.applications), applications.update)),
        Route(.delete, "oauth_apps/:id", .administrator(.write(.applications), applications.delete)),

        Route(.get, "domains/lookup/:email", .anybody(domains.lookUp)),
        Route(.get, "domains", .support(.read(.domains), domains.index)),
        Route(.post, "domains", .administrator(.write(.domains), domains.create)),
        Route(.get, "domains/:id", .support(.read(.domains), domains.show)),
        Route([.patch, .put], "domains/:id", .administrator(.write(.domains), domains.update)),
        Route(.delete, "domains/:id", .administrator(.write(.domains), domains.delete)),

        Route(.get, "users/current", .user(.anything, users.current)),
        Route(.get, "users/groups", .user(.read(.users), users.groups)),
        Route([.post, .delete], "users/resource_token", .user(.write(.users), users.noResourceToken)),
        Route(.get, "users", .user(.read(.users), users.index)),
        Route(.post, "users", .administrator(.write(.users), users.create)),
        Route(.get, "users/:id", .user(.read(.users), users.show)),
        Route([.patch, .put], "users/:id", .user(.write(.users), users.update)),
        Route(.delete, "users/:id", .administrator(.write(.users), users.delete)),
        Route(.get, "users/:id/metadata", .user(.read(.users), platform.metadata)),
        Route(.post, "users/:id/revive", .administrator(.write(.users), users.revive)),

        // No provider of another kind exists here yet: the Backoffice's tabs count none.
        Route(.get, "oauth_auths", .administrator(.read(.oauthSources), platform.none(of: "oauth_strat"))),
        Route(.get, "saml_auths", .administrator(.read(.samlSources), platform.none(of: "adfs_strat"))),
        Route(.get, "ldap_auths", .administrator(.read(.ldapSources), platform.none(of: "ldap_strat"))),
    ]
}
