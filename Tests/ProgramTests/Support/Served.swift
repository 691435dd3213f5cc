import Testing

/// Tests of the program: one after the other, since each wants the machine to itself.
@Suite("The program", .serialized)
struct TheProgram {}

/// Starts one server for a whole suite, whose tests find it as `Served.server`.
struct Served: SuiteTrait, TestScoping {
    var options = GatehouseProcess.Options()

    @TaskLocal static var current: GatehouseProcess?

    /// The server of the suite that runs.
    static var server: GatehouseProcess { get throws { try #require(current) } }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await GatehouseProcess.run(options) { server in
            try await Self.$current.withValue(server) { try await function() }
        }
    }
}

extension Trait where Self == Served {
    static var served: Self { Served() }
    static var servedOverTLS: Self { Served(options: .init(isTLS: true)) }
    static func served(_ environment: [String: String]) -> Self { Served(options: .init(environment: environment)) }
}
