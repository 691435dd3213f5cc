import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuth
import Web

/// `api_keys`: the keys of machines and kiosks.
struct APIKeyRoutes: Sendable {
    let services: Services

    /// `GET api_keys/inspect`: what a credential says, as PlaceOS's services ask for each request.
    func inspect(_ caller: Caller) async throws -> Response {
        Answer.secretJSON(caller.claims.placeOSPayload(hidesTokenID: true))
    }

    func index(_ call: Call) async throws -> Response {
        let listing = try Listing(call.query)
        let page = try await services.store.apiKeys(in: call.listedDomain, listing.request)
        var owners = APIKeyOwners(store: services.store)
        for key in page.items { try await owners.load(key) }
        return listing.answer(page, table: "api_key", path: "api_keys") { json($0, owners) }
    }

    func show(_ call: Call) async throws -> Response {
        try await answer(find(call))
    }

    func create(_ call: Call) async throws -> Response {
        let (key, text) = try await services.administration.createAPIKey(draft(call), by: call.actor)
        return try await answer(key, text: text, status: .created)
    }

    func update(_ call: Call) async throws -> Response {
        let key = try await find(call)
        return try await answer(services.administration.updateAPIKey(key, draft(call), by: call.actor))
    }

    func delete(_ call: Call) async throws -> Response {
        try await services.administration.deleteAPIKey(find(call), by: call.actor)
        return Answer.empty(.accepted)
    }

    private func find(_ call: Call) async throws -> APIKey {
        guard let (key, _) = try await services.store.apiKey(id: call.path["id"]), call.sees(key.domain) else {
            throw CallFailure.notFound
        }
        return key
    }

    private func draft(_ call: Call) async throws -> APIKeyDraft {
        var body = try await Body(of: call, limit: services.site.bodyLimit)
        var draft = APIKeyDraft()
        draft.name = body.text("name")
        draft.description = body.text("description")
        draft.scopes = body.texts("scopes")
        draft.permissions = body.read(
            "permissions", "must be user, support, admin or admin_support", Permissions.init(json:))
        draft.user = body.text("user_id").map { UserID($0) }
        draft.expiresAt = body.integer("expires_at").map(Timestamp.init(seconds:))
        draft.neverExpires = body.json["expires_at"] == .null
        draft.lifetime = body.integer("ttl").map { .seconds($0) }
        try body.verify()
        return draft
    }

    private func answer(_ key: APIKey, text: Secret? = nil, status: HTTPResponse.Status = .ok) async throws -> Response
    {
        var owners = APIKeyOwners(store: services.store)
        try await owners.load(key)
        return Answer.secretJSON(json(key, owners, text: text).bytes, status: status)
    }
}
