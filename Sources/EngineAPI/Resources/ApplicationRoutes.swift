import AuthorizationServer
import Hummingbird
import OAuth
import Web

/// `oauth_apps`: the applications of a domain.
struct ApplicationRoutes: Sendable {
    let services: Services

    /// Administrators see every domain's, support its own domain's, everybody else those of them that are
    /// open to all: without a subsystem, since nobody here has one.
    func index(_ call: Call) async throws -> Response {
        let listing = try Listing(call.query)
        let page = try await services.store.clients(
            in: call.listedDomain, withoutSubsystems: !call.permissions.isSupport, listing.request)
        return listing.answer(page, table: "oauth_applications", path: "oauth_apps") { json($0) }
    }

    func show(_ call: Call) async throws -> Response {
        Answer.secretJSON(json(try await find(call)).bytes)
    }

    func create(_ call: Call) async throws -> Response {
        var body = try await Body(of: call, limit: services.site.bodyLimit)
        let owner = body.text("owner_id").map { DomainID($0) } ?? call.visit.domain.id
        let draft = try Self.draft(&body)
        guard let domain = try await services.store.domain(id: owner) else {
            throw ValidationFailure("owner_id", "is no domain")
        }
        let (client, secret) = try await services.administration.createApplication(draft, in: domain, by: call.actor)
        return Answer.secretJSON(json(client, secret: secret).bytes, status: .created)
    }

    func update(_ call: Call) async throws -> Response {
        let client = try await find(call)
        var body = try await Body(of: call, limit: services.site.bodyLimit)
        let draft = try Self.draft(&body)
        return Answer.secretJSON(
            json(try await services.administration.updateApplication(client, draft, by: call.actor)).bytes)
    }

    func delete(_ call: Call) async throws -> Response {
        try await services.administration.deleteApplication(find(call), by: call.actor)
        return Answer.empty(.accepted)
    }

    private func find(_ call: Call) async throws -> Client {
        guard let number = Int64(try call.path["id"]), let client = try await services.store.client(number: number),
            call.sees(client.domain)
        else { throw CallFailure.notFound }
        return client
    }

    /// `uid`, `client_id`, `secret` and `preserve_client_id` are not for clients to set.
    private static func draft(_ body: inout Body) throws(ValidationFailure) -> ApplicationDraft {
        var draft = ApplicationDraft()
        draft.name = body.text("name")
        draft.scopes = body.text("scopes")
        draft.redirectURIs = body.text("redirect_uri").map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
        draft.isConfidential = body.bool("confidential")
        draft.skipsAuthorization = body.bool("skip_authorization")
        draft.subsystems = body.texts("subsystems")
        try body.verify()
        return draft
    }
}
