import AuthorizationServer
import Hummingbird
import OAuth
import Web

/// A call by somebody who was let in: who it is, what they may do, and what they ask for.
struct Call: Sendable {
    let visit: Visit
    let request: Request
    let path: PathParameters
    let query: OAuth.Parameters
    let user: User
    /// What the credential gives, and for a token not more than the user's row says now.
    let permissions: Permissions

    /// How the administrator is named in what is written down about the act.
    var actor: String { user.id.text }

    /// Which rows a list shows: an administrator sees every domain's (`nil`) or the one asked for, everybody
    /// else their own.
    var listedDomain: DomainID? {
        permissions.isAdministrator ? query["authority_id"].map { DomainID($0) } : visit.domain.id
    }

    /// Whether the caller may know of a row of that domain.
    func sees(_ domain: DomainID) -> Bool { permissions.isAdministrator || domain == visit.domain.id }

    /// - Throws: `CallFailure.parameter` for what is neither yes nor no.
    func flag(_ name: String) throws(CallFailure) -> Bool {
        switch query[name]?.lowercased() {
        case nil, "false", "0": return false
        case "true", "1": return true
        default: throw .parameter(name, "must be true or false")
        }
    }
}

extension Services {
    /// Lets a caller in to what a route asks for, or says why not: credential, scope, user, level.
    func admit(_ request: Request, _ context: Context, reach: Reach, level: Permissions) async throws -> Call {
        let visit = try await Visit(request, context, site)
        let caller = try await caller(of: visit, request)
        switch reach {
        case .anything: break
        case .read(let resource): try caller.require(resource, writing: false)
        case .write(let resource): try caller.require(resource, writing: true)
        }

        // The row as it is now: a token outlives a change of level.
        guard let id = caller.user else { throw CallFailure.noUser }
        guard let user = try await store.user(id: id), user.isActive else {
            throw OAuthError.invalidToken("The access token speaks for no user")
        }
        let permissions =
            switch caller.credential {
            // A key has the level that an administrator gave it.
            case .apiKey: caller.claims.user.permissions
            case .accessToken:
                Permissions(rawValue: min(caller.claims.user.permissions.rawValue, user.permissions.rawValue))
            }
        guard permissions.rawValue >= level.rawValue else { throw CallFailure.forbidden }

        let query = visit.query.isEmpty ? OAuth.Parameters() : try OAuth.Parameters(form: visit.query.utf8)
        return Call(
            visit: visit, request: request, path: PathParameters(context), query: query, user: user,
            permissions: permissions)
    }

    func caller(of visit: Visit, _ request: Request) async throws -> Caller {
        try await authenticator.caller(visit.credentials(for: request.method), in: visit.domain)
    }
}

extension Caller {
    fileprivate func require(_ resource: Resource, writing: Bool) throws(CallFailure) {
        guard mayAccess(resource.rawValue, writing: writing) else {
            throw .insufficientScope("\(resource.rawValue).\(writing ? "write" : "read")")
        }
    }
}
