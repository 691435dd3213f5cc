import Foundation
import OAuth
import PostgresTesting
import Synchronization
import Testing

/// Something with randomness that can be had again.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// One server on SQLite, or two on a PostgreSQL of their own; any of which may be killed and started again.
final class Cluster: Sendable {
    enum Engine: String, CaseIterable, Sendable { case sqlite, postgres }

    /// With this grace, a refresh whose answer was lost can be asked for again.
    private static let environment = ["GATEHOUSE_REFRESH_GRACE": "300"]

    let folders: [TemporaryFolder]
    private let database: PostgresServer?
    private let running: Mutex<[GatehouseProcess]>

    /// Starts it, lets the test use it, and stops it whatever happens.
    static func run(_ engine: Engine, _ body: (Cluster) async throws -> Void) async throws {
        let cluster = try await Cluster(engine)
        do { try await body(cluster) } catch {
            for node in cluster.nodes { await node.stop() }
            throw error
        }
        for node in cluster.nodes { await node.stop() }
    }

    private init(_ engine: Engine) async throws {
        database = engine == .postgres ? try PostgresServer() : nil
        folders = try (0..<(engine == .postgres ? 2 : 1)).map { _ in try TemporaryFolder() }
        running = Mutex([])
        for number in folders.indices {
            let node = try await start(number)
            running.withLock { $0.append(node) }
        }
    }

    var nodes: [GatehouseProcess] { running.withLock { $0 } }

    private func start(_ number: Int) async throws -> GatehouseProcess {
        var options = database.map { Nodes.options($0.url, Self.environment) } ?? .init(environment: Self.environment)
        options.folder = folders[number]
        return try await GatehouseProcess(options)
    }

    /// Kills one of the processes, or now and then tells a node to stop, and starts it again.
    func crash(_ random: inout SeededGenerator) async throws {
        if let database, Int.random(in: 0..<3, using: &random) == 0 {
            database.kill()
            return try database.start()
        }
        let number = Int.random(in: folders.indices, using: &random)
        if Int.random(in: 0..<4, using: &random) == 0 {
            await nodes[number].stop()
        } else {
            try await nodes[number].crash()
        }
        let node = try await start(number)
        running.withLock { $0[number] = node }
    }

    /// An answer that is not “come again”, of whatever node has one.
    ///
    /// - Returns: the answer, and whether an earlier one may have been lost.
    func insist(
        _ send: @Sendable (GatehouseProcess) async throws -> HTTPReply
    ) async throws -> (reply: HTTPReply, mayBeRepeated: Bool) {
        var mayBeRepeated = false
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            do {
                let node = try #require(nodes.randomElement())
                let reply = try await send(node)
                if reply.status != 503, reply.status != 429 { return (reply, mayBeRepeated) }
            } catch is ExpectationFailedError { throw NoAnswer() } catch {}
            mayBeRepeated = true
            guard ContinuousClock.now < deadline else { throw NoAnswer() }
            try await Task.sleep(for: .milliseconds(25))
        }
    }

    struct NoAnswer: Error {}
}
