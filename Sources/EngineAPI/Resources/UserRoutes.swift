import AuthorizationServer
import Hummingbird
import OAuth
import Web

/// `users`: the people and service accounts of a domain.
struct UserRoutes: Sendable {
    let services: Services

    /// `GET users/current`: whoever calls, in full.
    func current(_ call: Call) async throws -> Response {
        let own = json(call.user, for: .administrators)
        return Answer.secretJSON(
            own.setting("associated_metadata", to: [:]).setting("subsystem_access", to: []).bytes)
    }

    /// `GET users/groups?emails=a,b`
    func groups(_ call: Call) async throws -> Response {
        guard let emails = call.query["emails"] else { throw CallFailure.missingParameter("emails") }
        var found: [JSON] = []
        for text in emails.split(separator: ",") {
            guard let email = EmailAddress(String(text)) else {
                throw CallFailure.parameter("emails", "must be a list of e-mail addresses with commas between them")
            }
            guard let user = try await services.store.user(email: email, in: call.visit.domain.id) else { continue }
            found.append(.object([.init("id", .string(user.id.text)), .init("groups", .texts(user.groups))]))
        }
        return Answer.secretJSON(JSON.array(found).bytes)
    }

    /// `users/resource_token`: tokens of other providers, of which none is kept here yet.
    func noResourceToken(_ call: Call) async throws -> Response { throw CallFailure.notFound }

    func index(_ call: Call) async throws -> Response {
        let listing = try Listing(call.query)
        let includesDeleted = try call.flag("include_deleted") && call.permissions.isAdministrator
        let page = try await services.store.users(
            in: call.listedDomain, includingDeleted: includesDeleted, listing.request)
        return listing.answer(page, table: "user", path: "users") { json($0, for: Self.reader(call)) }
    }

    func show(_ call: Call) async throws -> Response {
        Answer.secretJSON(json(try await find(call), for: Self.reader(call)).bytes)
    }

    func create(_ call: Call) async throws -> Response {
        var body = try await Body(of: call, limit: services.site.bodyLimit)
        let owner = body.text("authority_id").map { DomainID($0) } ?? call.visit.domain.id
        var draft = UserDraft()
        draft.email = body.text("email")
        draft.password = body.text("password").flatMap { $0.isEmpty ? nil : Secret($0) }
        body.readUser(into: &draft, of: nil, asAdministrator: true)
        try body.verify()
        guard let domain = try await services.store.domain(id: owner) else {
            throw ValidationFailure("authority_id", "is no domain")
        }
        let user = try await services.administration.createUser(draft, in: domain, by: call.actor)
        return Answer.secretJSON(json(user, for: .administrators).bytes, status: .created)
    }

    /// What a person may change of their own row, or an administrator of anybody's. The e-mail address, the
    /// domain and the counters stay; a password is chosen by its owner, elsewhere.
    func update(_ call: Call) async throws -> Response {
        let user = try await find(call)
        let isAdministrator = call.permissions.isAdministrator
        guard isAdministrator || user.id == call.user.id else { throw CallFailure.forbidden }
        var body = try await Body(of: call, limit: services.site.bodyLimit)
        var draft = UserDraft()
        body.readUser(into: &draft, of: user, asAdministrator: isAdministrator)
        if let password = body.text("password"), !password.isEmpty {
            body.refuse("password", "can't be changed here: its owner does that when signed in")
        }
        try body.verify()
        let updated = try await services.administration.updateUser(
            user, draft, in: domain(of: user), by: call.actor)
        return Answer.secretJSON(json(updated, for: Self.reader(call)).bytes)
    }

    func delete(_ call: Call) async throws -> Response {
        let user = try await find(call)
        try await services.administration.deleteUser(
            user, in: domain(of: user), force: call.flag("force_removal"), by: call.actor)
        return Answer.empty(.accepted)
    }

    /// `POST users/:id/revive`: takes a soft deletion back.
    func revive(_ call: Call) async throws -> Response {
        let user = try await find(call)
        var draft = UserDraft()
        draft.isDeleted = false
        let revived = try await services.administration.updateUser(
            user, draft, in: domain(of: user), by: call.actor)
        return Answer.secretJSON(json(revived, for: .administrators).bytes)
    }

    /// By id (with or without `user-`), e-mail address, login name or staff id in this domain; for an
    /// administrator by id in every domain.
    private func find(_ call: Call) async throws -> User {
        let name = try call.path["id"]
        if let user = try await services.store.user(named: name, in: call.visit.domain.id) { return user }
        guard call.permissions.isAdministrator else { throw CallFailure.notFound }
        for id in [name, "user-\(name)"] {
            if let user = try await services.store.user(id: UserID(id)) { return user }
        }
        throw CallFailure.notFound
    }

    private func domain(of user: User) async throws -> Domain {
        guard let domain = try await services.store.domain(id: user.domain) else { throw CallFailure.notFound }
        return domain
    }

    private static func reader(_ call: Call) -> UserReader {
        call.permissions.isAdministrator ? .administrators : .anybody
    }
}
