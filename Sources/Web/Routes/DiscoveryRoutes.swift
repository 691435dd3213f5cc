import AuthorizationServer
import HTTPTypes
import Hummingbird
import NIOCore
import OAuth

struct DiscoveryRoutes: Sendable {
    let services: Services

    func metadata(_ request: Request, _ context: Context) async throws -> Response {
        let visit = try await Visit(request, context, services.site)
        return Answer.document(
            try await services.discovery.metadata(of: visit.domain, issuer: visit.origin), visit.headers)
    }

    func keys(_ request: Request, _ context: Context) async throws -> Response {
        let visit = try await Visit(request, context, services.site)
        return Answer.document(try await services.discovery.jwks(of: visit.domain), visit.headers)
    }

    func webFinger(_ request: Request, _ context: Context) async throws -> Response {
        let visit = try await Visit(request, context, services.site)
        let resource = try Parameters(form: visit.query.utf8).require("resource")
        var response = Answer.json(services.discovery.webFinger(resource: resource, issuer: visit.origin))
        response.headers[.contentType] = "application/jrd+json; charset=utf-8"
        response.headers[.accessControlAllowOrigin] = "*"
        return response
    }

    func resource(_ request: Request, _ context: Context) async throws -> Response {
        let visit = try await Visit(request, context, services.site)
        let suffix = visit.path.firstRange(of: "oauth-protected-resource").map { visit.path[$0.upperBound...] } ?? ""
        var response = Answer.json(
            services.discovery.protectedResource(visit.origin + suffix, issuer: visit.origin))
        response.headers[.accessControlAllowOrigin] = "*"
        return response
    }
}
