import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuth

struct SignOutRoutes: Sendable {
    let services: Services

    /// `GET /auth/logout`. Works without a session, and with an expired bearer token.
    func leave(_ request: Request, _ context: Context) async throws -> Response {
        let visit = try await Visit(request, context, services.site)
        let query = try Parameters(form: visit.query.utf8)
        let signedIn = try await visit.signedIn(services.sessions)
        // Another site's link is not the person's wish: they are asked (ASVS 10.6.2).
        if let signedIn, visit.headers[.fetchSite] == "cross-site" {
            return Answer.page(
                SignOutPage(
                    domainName: visit.domain.name, continueTo: query["continue"],
                    csrfToken: signedIn.formToken.exposed))
        }
        return try await signOut(visit, signedIn, continuing: query["continue"])
    }

    /// `POST /auth/logout`: our own forms, which prove that they are.
    func confirm(_ request: Request, _ context: Context) async throws -> Response {
        let visit = try await Visit(request, context, services.site)
        let form = try await visit.parameters(request, services.site)
        let signedIn = try await visit.signedIn(services.sessions)
        if let signedIn {
            guard visit.isFromTrustedOrigin, Secret(form["csrf_token"] ?? "") == signedIn.formToken else {
                throw OAuthError(.accessDenied, "The form is too old, or was not made by this server.")
            }
        }
        return try await signOut(visit, signedIn, continuing: form["continue"])
    }

    private func signOut(_ visit: Visit, _ signedIn: SignedIn?, continuing wanted: String?) async throws -> Response {
        if let signedIn { try await services.sessions.end(signedIn, from: visit.address) }
        if let authorization = visit.headers[.authorization],
            case .grant(let grant)? = try await services.accessTokens.reference(
                in: Visit.bearer(authorization), of: visit.domain)?.origin
        {
            try await services.store.revoke(grant: grant, at: services.clock.now(), recording: nil)
        }
        var response = Answer.redirect(Self.target(wanted, visit.domain))
        visit.clearSession(on: &response)
        return response
    }

    /// A place on this host; else the domain's own logout address, which alone may lead elsewhere.
    private static func target(_ wanted: String?, _ domain: Domain) -> String {
        guard let wanted else { return "/" }
        if let safe = Continuation.safe(wanted, host: domain.host) { return safe }
        guard let mark = domain.logoutURL.firstRange(of: "continue=") else {
            // `/auth/logout` itself would come back here for ever.
            return domain.logoutURL.hasPrefix("/auth/logout") ? "/" : domain.logoutURL
        }
        let rest = domain.logoutURL[mark.upperBound...]
        do { return try Parameters(form: Array("v=\(rest.replacing("&", with: "%26"))".utf8))["v"] ?? "/" } catch {
            return "/"
        }
    }
}
