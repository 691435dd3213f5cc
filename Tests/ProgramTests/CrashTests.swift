import Foundation
import GRDB
import OAuth
import Synchronization
import Testing

extension TheProgram {
    @Suite("Crashes")
    struct CrashTests {
        private static let environment = ProcessInfo.processInfo.environment
        /// How often something is killed; two hundred times by `make soak`.
        private static let rounds = environment["GATEHOUSE_SOAK_ROUNDS"].flatMap { Int($0) } ?? 20
        /// Of another run, to have the same faults again.
        private static let seed = environment["GATEHOUSE_SOAK_SEED"].flatMap { UInt64($0) } ?? .random(in: 0..<1 << 32)

        @Test("a crash under load loses nothing that was answered", arguments: Cluster.Engine.allCases, [seed])
        func crash(_ engine: Cluster.Engine, GATEHOUSE_SOAK_SEED seed: UInt64) async throws {
            let ledger = Ledger()
            try await Cluster.run(engine) { cluster async throws in
                var random = SeededGenerator(state: seed)
                let node = try #require(cluster.nodes.first)
                let cookie = try await node.session()
                let chains = try await Self.chains(3, node)
                for _ in 0..<Self.rounds {
                    try await Self.round(cluster, ledger, cookie, chains, &random)
                }
                try await ledger.verifyPast(cluster)
                if engine == .sqlite { #expect(try Self.integrity(of: cluster) == "ok") }
            }
        }

        private static func integrity(of cluster: Cluster) throws -> String? {
            let folder = try #require(cluster.folders.first)
            return try DatabaseQueue(path: folder.path + "/data/gatehouse.sqlite")
                .read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
        }

        private static func chains(_ count: Int, _ node: GatehouseProcess) async throws -> [Chain] {
            var chains: [Chain] = []
            for _ in 0..<count { chains.append(Chain(try TokenPair(try await node.passwordGrant()).refresh)) }
            return chains
        }

        /// Load, a crash amid it, and then everything that was answered.
        private static func round(
            _ cluster: Cluster, _ ledger: Ledger, _ cookie: String, _ chains: [Chain], _ random: inout SeededGenerator
        ) async throws {
            let crash = Crash()
            let pause = Duration.milliseconds(Int.random(in: 0..<100, using: &random))
            let client = Client(cluster: cluster, ledger: ledger, cookie: cookie)
            let signedIn = try await cluster.insist { try await $0.signIn(as: Demo.serviceAccount) }.reply
            let leaver = "user=\(try #require(signedIn.cookie("user")))"
            async let load: Void = withThrowingTaskGroup(of: Void.self) { clients in
                for chain in chains {
                    clients.addTask {
                        repeat { try await chain.refresh(client) } while !crash.isOver.load(ordering: .relaxed)
                    }
                }
                for _ in 0..<2 {
                    clients.addTask {
                        repeat { try await client.redeem() } while !crash.isOver.load(ordering: .relaxed)
                    }
                }
                clients.addTask {
                    repeat { try await client.revoke() } while !crash.isOver.load(ordering: .relaxed)
                }
                clients.addTask { try await client.signOut(leaver) }
                try await clients.waitForAll()
            }
            do {
                try await ledger.waitForAnswers(20)
                try await Task.sleep(for: pause)
                try await cluster.crash(&random)
            } catch {
                crash.isOver.store(true, ordering: .relaxed)
                throw error
            }
            crash.isOver.store(true, ordering: .relaxed)
            try await load
            try await ledger.verify(cluster)
        }
    }
}

/// Clients go on until it is over.
private final class Crash: Sendable { let isOver = Atomic(false) }

/// A client that refreshes its token over and over, and would drop it at an error of OAuth.
private actor Chain {
    private var token: String

    init(_ token: String) { self.token = token }

    func refresh(_ client: Client) async throws {
        let token = token
        let (reply, _) = try await client.cluster.insist { try await $0.refresh(token) }
        // Also where an answer was lost: that is what the grace is for.
        self.token = try TokenPair(reply).refresh
        await client.ledger.noteAnswer()
    }
}

/// What clients do, each for as long as it takes.
private struct Client: Sendable {
    let cluster: Cluster
    let ledger: Ledger
    let cookie: String

    private func code() async throws -> String {
        let reply = try await cluster.insist { try await $0.authorize(cookie) }.reply
        return try #require(reply.location?.split(separator: "code=").last.map(String.init), "\(reply.status)")
    }

    func redeem() async throws {
        await ledger.note(issued: try await code())
        let code = try await code()
        let (reply, mayBeRepeated) = try await cluster.insist { try await $0.redeem(code) }
        // Whose answer was lost may have been redeemed; nobody else can have.
        if reply.status == 400, mayBeRepeated { return }
        await ledger.note(spent: code, for: try TokenPair(reply).refresh)
    }

    func revoke() async throws {
        let code = try await code()
        let (reply, mayBeRepeated) = try await cluster.insist { try await $0.redeem(code) }
        if reply.status == 400, mayBeRepeated { return }
        let pair = try TokenPair(reply)
        let status = try await cluster.insist { try await $0.revoke(pair.refresh) }.reply.status
        #expect(status == 200)
        await ledger.note(revoked: pair)
    }

    /// A sign-out ends every session of its user, so this one is another user's.
    func signOut(_ cookie: String) async throws {
        let status = try await cluster.insist { try await $0.get("/auth/logout", ["Cookie": cookie]) }.reply.status
        #expect(status == 302)
        await ledger.note(ended: cookie)
    }
}
