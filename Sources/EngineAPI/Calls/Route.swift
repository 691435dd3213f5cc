import AuthorizationServer
import HTTPTypes
import Hummingbird
import Web

/// A resource's address below `/api/engine/v2/`, with who may use it.
struct Route: Sendable {
    let methods: [HTTPRequest.Method]
    let path: String
    let permission: Permission

    init(_ methods: [HTTPRequest.Method], _ path: String, _ permission: Permission) {
        self.methods = methods
        self.path = path
        self.permission = permission
    }

    init(_ method: HTTPRequest.Method, _ path: String, _ permission: Permission) {
        self.init([method], path, permission)
    }
}

/// Who may use a route, and what answers them: no route is without the one or the other.
enum Permission: Sendable {
    typealias Handler = @Sendable (Call) async throws -> Response

    /// Nobody is asked who they are.
    case anybody(@Sendable (Visit, PathParameters) async throws -> Response)
    /// Any credential that is in force, a client's own token too, whatever its scope.
    case anyCredential(@Sendable (Caller) async throws -> Response)
    /// An active user.
    case user(Reach, Handler)
    /// An active user with the level `support` or above.
    case support(Reach, Handler)
    case administrator(Reach, Handler)
}

/// What the scope of a credential must reach.
enum Reach: Sendable, Equatable {
    case anything
    case read(Resource)
    case write(Resource)
}

/// A resource as scopes name it: PlaceOS's controller.
enum Resource: String, Sendable {
    case apiKeys = "api_keys"
    case applications = "o_auth_applications"
    case domains
    case users
    case metadata
    case oauthSources = "o_auth_authentications"
    case samlSources = "saml_authentications"
    case ldapSources = "ldap_authentications"
}
