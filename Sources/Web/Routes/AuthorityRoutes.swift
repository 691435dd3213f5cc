import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuth

/// What ts-client asks first, and what load balancers ask.
struct AuthorityRoutes: Sendable {
    let services: Services

    /// `GET /auth/authority`: the domain, as ts-client needs it.
    func show(_ request: Request, _ context: Context) async throws -> Response {
        // A probe depends neither on the database nor on the host.
        if (request.head.path ?? "").hasSuffix("?health") { return Answer.empty(.ok) }
        let visit: Visit
        do { visit = try await Visit(request, context, services.site) } catch is Visit.UnknownHost {
            return Answer.empty(.notFound)
        }
        let cookies = Cookies(visit.headers).all("user")
        let signedIn = try await visit.signedIn(services.sessions)
        let isTokenValid = try await holdsValidToken(visit, request)

        let domain = visit.domain
        var response = Answer.secretJSON(
            JSON.object([
                .init("id", .string(domain.id.text)), .init("name", .string(domain.name)),
                .init("description", .string(domain.description)), .init("domain", .string(domain.host)),
                .init("login_url", .string(domain.loginURL)), .init("logout_url", .string(domain.logoutURL)),
                .init("email_domains", .texts(domain.emailDomains)), .init("config", domain.config),
                .init("updated_at", .moment(domain.updatedAt)),
                // ts-client takes anything but 2.x to 9.x for PlaceOS's old engine.
                .init("version", "v2.0.0"), .init("session", .bool(signedIn != nil)),
                .init("token_valid", .bool(isTokenValid)), .init("production", true),
            ]).bytes)
        if isTokenValid { visit.setVerified(services.verifiedCookie, on: &response) }
        if signedIn == nil, !cookies.isEmpty { visit.clearSessionCookie(path: "/auth", on: &response) }
        // An old service's cookie of the same name, from another path.
        if cookies.count > 1 { visit.clearSessionCookie(path: "/", on: &response) }
        return response
    }

    private func holdsValidToken(_ visit: Visit, _ request: Request) async throws -> Bool {
        let credentials = try visit.credentials(for: request.method)
        guard credentials.bearer != nil || credentials.apiKey != nil else { return false }
        do {
            _ = try await services.authenticator.caller(credentials, in: visit.domain)
            return true
        } catch is OAuthError { return false }
    }

    /// Whether the process is up: asks nothing of anybody.
    func health(_ request: Request, _ context: Context) async throws -> Response {
        Answer.json(["status": "ok", "app": "gatehouse", "version": .string(services.version)])
    }

    /// Whether it can serve: asks the database.
    func readiness(_ request: Request, _ context: Context) async throws -> Response {
        await services.readiness.answer()
    }
}

extension Answer {
    fileprivate static func json(_ json: JSON) -> Response { Answer.json(json.bytes) }
}
