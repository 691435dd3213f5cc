import AuthorizationServer
import EngineAPI
import HTTPTypes
import Logging
import OAuth
import TestSupport
import Testing

/// The API on a site of its own, with a caller of each kind.
struct Engine {
    let site: TestSite
    let server: TestServer
    /// Header fields by which somebody calls.
    let administrator: HTTPFields
    let support: HTTPFields
    let user: HTTPFields

    static let root = "/api/engine/v2/"

    init(logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) async throws {
        let site = try await TestSite(logger: logger)
        self.site = site
        server = TestServer(site) { addEngineRoutes(to: $0, site.services) }
        administrator = .bearer(try await site.tokens(for: site.localhost.administrator).accessToken)
        support = .bearer(try await site.tokens(for: site.localhost.support).accessToken)
        user = .bearer(try await site.tokens(for: site.localhost.user).accessToken)
    }

    func get(_ path: String, as caller: HTTPFields = [:], host: String = "localhost") async throws -> TestAnswer {
        try await server.get(Self.root + path, host: host, headers: caller)
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ json: JSON, as caller: HTTPFields = [:],
        host: String = "localhost"
    ) async throws -> TestAnswer {
        try await server.send(method, Self.root + path, json: json, host: host, headers: caller)
    }

    func delete(_ path: String, as caller: HTTPFields) async throws -> TestAnswer {
        try await server.send(.delete, Self.root + path, headers: caller)
    }
}

extension HTTPFields {
    static func apiKey(_ key: Secret) -> HTTPFields { [HTTPField.Name("X-API-Key") ?? .accept: key.exposed] }
}

extension TestAnswer {
    /// The members' names, in their order.
    var names: [String] { get throws { try (json.members ?? []).map(\.name) } }
    /// The fields that a validation found fault with.
    var faultyFields: [String] { get throws { try (json["failures"]?.array ?? []).compactMap { $0["field"]?.string } } }
    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
}
