import AuthorizationServer
import Hummingbird
import OAuth
import Web

/// What clients ask about the server itself, and what they look for in services that aren't here.
struct PlatformRoutes: Sendable {
    let services: Services

    func version(_ caller: Caller) async throws -> Response {
        Answer.secretJSON(
            JSON.object([
                .init("service", "gatehouse"), .init("commit", ""), .init("version", .string(services.version)),
                .init("build_time", ""),
            ]).bytes)
    }

    func platform(_ caller: Caller) async throws -> Response {
        Answer.secretJSON(
            JSON.object([.init("version", .string(services.version)), .init("changelog", "")]).bytes)
    }

    /// Every scope that an application may be given.
    func scopes(_ caller: Caller) async throws -> Response {
        Answer.secretJSON(JSON.texts(PlaceOSScopes.all.values).bytes)
    }

    /// Metadata belong to PlaceOS's own API: here nobody has any, which is what the Backoffice asks first.
    func metadata(_ call: Call) async throws -> Response { Answer.secretJSON(JSON.object([]).bytes) }

    func none(of table: String) -> Permission.Handler {
        { call in
            try Listing(call.query).answer(Page<JSON>(items: [], total: 0), table: table, path: table) { $0 }
        }
    }
}
