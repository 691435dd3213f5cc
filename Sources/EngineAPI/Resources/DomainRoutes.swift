import AuthorizationServer
import Hummingbird
import OAuth
import Web

/// `domains`: the tenants.
struct DomainRoutes: Sendable {
    let services: Services

    /// `GET domains/lookup/:email`: the host of the domain that people with such an address sign in to.
    func lookUp(_ visit: Visit, _ path: PathParameters) async throws -> Response {
        guard let email = EmailAddress(try path["email"]),
            let domain = try await services.store.domain(emailDomain: email.domain)
        else { throw CallFailure.notFound }
        return Answer.secretJSON(JSON.string(domain.host).bytes)
    }

    func index(_ call: Call) async throws -> Response {
        let listing = try Listing(call.query)
        let page =
            call.permissions.isAdministrator
            ? try await services.store.domains(listing.request) : Self.own(call.visit.domain, listing.request)
        return listing.answer(page, table: "authority", path: "domains") {
            json($0, showsInternals: call.permissions.isAdministrator)
        }
    }

    /// The list of somebody who sees one domain only.
    private static func own(_ domain: Domain, _ request: ListRequest) -> Page<Domain> {
        let words = request.search.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let matches =
            words.isEmpty || words == "*" || domain.name.lowercased().contains(words) || domain.host.contains(words)
        let items = matches && request.offset == 0 && request.limit > 0 ? [domain] : []
        return Page(items: items, total: matches ? 1 : 0)
    }

    func show(_ call: Call) async throws -> Response {
        Answer.secretJSON(json(try await find(call), showsInternals: call.permissions.isAdministrator).bytes)
    }

    func create(_ call: Call) async throws -> Response {
        let domain = try await services.administration.createDomain(draft(call), by: call.actor)
        return Answer.secretJSON(json(domain, showsInternals: true).bytes, status: .created)
    }

    func update(_ call: Call) async throws -> Response {
        let domain = try await find(call)
        let updated = try await services.administration.updateDomain(domain, draft(call), by: call.actor)
        return Answer.secretJSON(json(updated, showsInternals: true).bytes)
    }

    func delete(_ call: Call) async throws -> Response {
        try await services.administration.deleteDomain(find(call), by: call.actor)
        return Answer.empty(.accepted)
    }

    private func find(_ call: Call) async throws -> Domain {
        let id = DomainID(try call.path["id"])
        guard call.sees(id), let domain = try await services.store.domain(id: id) else { throw CallFailure.notFound }
        return domain
    }

    private func draft(_ call: Call) async throws -> DomainDraft {
        var body = try await Body(of: call, limit: services.site.bodyLimit)
        var draft = DomainDraft()
        draft.name = body.text("name")
        draft.description = body.text("description")
        draft.host = body.text("domain")
        draft.loginURL = body.text("login_url")
        draft.logoutURL = body.text("logout_url")
        draft.internals = body.object("internals")
        draft.config = body.object("config")
        draft.emailDomains = body.texts("email_domains")
        try body.verify()
        return draft
    }
}
