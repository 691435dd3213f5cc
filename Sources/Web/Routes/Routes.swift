public import Hummingbird

/// Everything this server answers to, the API and the Backoffice apart.
public func addRoutes(to router: Router<Context>, _ services: Services) {
    let site = services.site
    let token = TokenRoutes(services: services)
    let authorization = AuthorizationRoutes(services: services)
    let discovery = DiscoveryRoutes(services: services)
    let session = SessionRoutes(services: services)
    let signOut = SignOutRoutes(services: services)
    let authority = AuthorityRoutes(services: services)
    let pages = PageRoutes(services: services)

    for path in ["/auth/oauth", "/auth"] {
        router.post("\(path)/token", use: site.oauth(token.exchange))  // RFC 6749 §3.2
        router.get("\(path)/token") { _, _ in Answer.notAllowed(but: "POST") }
        router.post("\(path)/revoke", use: site.oauth(token.revoke))  // RFC 7009
        router.post("\(path)/introspect", use: site.oauth(token.introspect))  // RFC 7662
        router.get("\(path)/token/info", use: site.oauth(token.info))
        router.get("\(path)/userinfo", use: site.oauth(token.userInfo))  // OpenID Connect Core §5.3
        router.post("\(path)/userinfo", use: site.oauth(token.userInfo))
        router.get("\(path)/authorize", use: site.page(authorization.ask))  // RFC 6749 §3.1
        router.post("\(path)/authorize", use: site.page(authorization.decide))
        router.delete("\(path)/authorize", use: site.page(authorization.deny))
        router.get("\(path)/authorize/native", use: site.page(authorization.native))
    }

    router.get("/auth/oauth/discovery/keys", use: site.oauth(discovery.keys))  // RFC 7517 §5
    for path in ["/.well-known", "/auth/.well-known"] {
        router.get("\(path)/openid-configuration", use: site.oauth(discovery.metadata))  // Discovery §4
        router.get("\(path)/oauth-authorization-server", use: site.oauth(discovery.metadata))  // RFC 8414 §3
        router.get("\(path)/webfinger", use: site.oauth(discovery.webFinger))  // RFC 7033
        router.get("\(path)/jwks.json", use: site.oauth(discovery.keys))
        router.get("\(path)/oauth-protected-resource", use: site.oauth(discovery.resource))  // RFC 9728
        router.get("\(path)/oauth-protected-resource/**", use: site.oauth(discovery.resource))
    }

    router.post("/auth/signin", use: site.page(session.signIn))
    router.get("/auth/login", use: site.page(session.login))
    router.get("/login", use: site.page(session.form))
    router.get("/auth/logout", use: site.page(signOut.leave))
    router.post("/auth/logout", use: site.page(signOut.confirm))
    router.get("/auth/authority", use: site.oauth(authority.show))
    router.get("/auth/failure", use: site.page(session.failure))
    router.post("/auth/signup") { _, _ in Answer.empty(.forbidden) }
    router.get("/auth/healthz", use: authority.health)
    router.get("/auth/readyz", use: authority.readiness)

    router.get("/auth/setup", use: site.page(pages.setUp))
    router.post("/auth/setup", use: site.page(pages.createAdministrator))
    // Under `/auth`, where the session's cookie is sent.
    router.get("/auth", use: site.page(pages.home))
    router.get("/", use: site.page(pages.wayHome))
    router.get("/backoffice/oauth-resp.html", use: site.page(pages.oauthResponse))
    router.get("/backoffice", use: site.page(pages.wayHome))
    router.get("/auth/assets/:name", use: pages.asset)
    router.get("/favicon.ico") { _, _ in Answer.redirect("/auth/assets/favicon.svg") }
}
