import Foundation
import PostgresTesting
import Testing

/// Servers that share one PostgreSQL and one master key.
enum Nodes {
    /// Made up for a test, and the same on every node.
    static let masterKey = Data((0..<32).map { _ in UInt8.random(in: .min ... .max) }).base64EncodedString()

    static func options(_ database: String, _ environment: [String: String] = [:]) -> GatehouseProcess.Options {
        .init(
            environment: ["GATEHOUSE_DATABASE": database, "GATEHOUSE_MASTER_KEY": masterKey].merging(environment) {
                $1
            })
    }

    /// Two nodes on an empty database of their own.
    static func two(
        _ environment: [String: String] = [:],
        _ body: (GatehouseProcess, GatehouseProcess, String) async throws -> Void
    ) async throws {
        let database = try PostgresServer.emptySchema()
        try await GatehouseProcess.run(options(database, environment)) { first async throws in
            try await GatehouseProcess.run(options(database, environment)) { second async throws in
                try await body(first, second, database)
            }
        }
    }
}

extension GatehouseProcess {
    /// What each of several requests, sent at once, got.
    static func atOnce(
        _ count: Int, _ send: @escaping @Sendable (Int) async throws -> HTTPReply
    ) async throws -> [HTTPReply] {
        try await withThrowingTaskGroup(of: HTTPReply.self) { group in
            for number in 0..<count { group.addTask { try await send(number) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    func userInfo(_ accessToken: String) async throws -> HTTPReply {
        try await get("/auth/oauth/userinfo", ["Authorization": "Bearer \(accessToken)"])
    }

    /// As the holder of another token of the same client (RFC 7662 §2.1).
    func introspect(_ token: String, as bearer: String) async throws -> HTTPReply {
        try await send(
            "POST", "/auth/oauth/introspect",
            ["Authorization": "Bearer \(bearer)", "Content-Type": "application/x-www-form-urlencoded"],
            body: Self.form(["token": token]))
    }

    /// Expects that an access token is worth nothing here.
    func expectRefused(_ access: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        async let isAccepted = accepts(access)
        async let answer = userInfo(access)
        let refused = try await (isAccepted, answer.status)
        #expect(!refused.0, "it is accepted", sourceLocation: sourceLocation)
        #expect(refused.1 == 401, "userinfo answers it", sourceLocation: sourceLocation)
    }

    /// Runs a command on this node's data folder and its database.
    func command(_ arguments: String..., database: String) async throws -> CommandLineProcess.Outcome {
        let outcome = try await CommandLineProcess.run(
            arguments + ["--data", folder.path + "/data", "--database", database, "--json"],
            environment: ["GATEHOUSE_MASTER_KEY": Nodes.masterKey])
        try #require(outcome.status == 0, "\(outcome.errors)")
        return outcome
    }
}

/// Waits until something is so: for what happens by itself, sooner or later.
func eventually(within limit: Duration = .seconds(40), _ isSo: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if try await isSo() { return true }
        try await Task.sleep(for: .milliseconds(50))
    }
    return try await isSo()
}
