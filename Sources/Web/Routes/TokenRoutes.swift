import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuth

/// The endpoints that programs call.
struct TokenRoutes: Sendable {
    let services: Services

    func exchange(_ request: Request, _ context: Context) async throws -> Response {
        let visit = try await Visit(request, context, services.site)
        let answer = try await services.token.respond(
            to: visit.parameters(request, services.site), authorization: visit.headers[.authorization],
            in: visit.domain, issuer: visit.origin, from: visit.address)
        return Answer.secretJSON(answer.json)
    }

    func revoke(_ request: Request, _ context: Context) async throws -> Response {
        let visit = try await Visit(request, context, services.site)
        do {
            try await services.revocation.respond(
                to: visit.parameters(request, services.site), authorization: visit.headers[.authorization],
                in: visit.domain)
        } catch let error as OAuthError where error.code == .unauthorizedClient {
            // PlaceOS's clients know 403 here.
            let refusal = Refusal(.forbidden, error.code.rawValue, error.hint)
            services.site.log(refusal, request, context, reference: newReference())
            return refusal.oauthResponse(visit.headers)
        }
        return Answer.secretJSON(Array("{}".utf8))
    }

    func introspect(_ request: Request, _ context: Context) async throws -> Response {
        let visit = try await Visit(request, context, services.site)
        return Answer.secretJSON(
            try await services.introspection.respond(
                to: visit.parameters(request, services.site), authorization: visit.headers[.authorization],
                in: visit.domain))
    }

    func info(_ request: Request, _ context: Context) async throws -> Response {
        let visit = try await Visit(request, context, services.site)
        let bearer = try visit.credentials(for: request.method).bearer
        return Answer.secretJSON(try await services.introspection.tokenInfo(bearer, in: visit.domain))
    }

    func userInfo(_ request: Request, _ context: Context) async throws -> Response {
        let visit = try await Visit(request, context, services.site)
        var credentials = try visit.credentials(for: request.method)
        // RFC 6750 §2.2: a form may carry the token.
        if credentials.bearer == nil, credentials.apiKey == nil, request.method == .post {
            let form = try await visit.parameters(request, services.site)
            credentials = PresentedCredentials(apiKey: nil, bearer: form["access_token"])
        }
        return Answer.secretJSON(try await services.userInfo.respond(to: credentials, in: visit.domain))
    }
}
