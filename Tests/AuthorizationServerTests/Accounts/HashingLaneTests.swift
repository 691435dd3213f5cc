import AuthorizationServer
import Cryptography
import Dispatch
import OAuth
import TestSupport
import Testing

@Suite("The hashing lane")
struct HashingLaneTests {
    @Test func `hashes and verifies`() async throws {
        let digest = try await TestSite.lane.digest(of: Secret("correct horse"), for: "domain")

        #expect(digest.hasPrefix("$argon2id$"))
        #expect(try await TestSite.lane.verifies(Secret("correct horse"), against: digest, for: "domain"))
        #expect(try await !TestSite.lane.verifies(Secret("correct hors"), against: digest, for: "domain"))
        #expect(try await !TestSite.lane.verifies(Secret("correct horse"), against: "junk", for: "domain"))
    }

    @Test func `refuses at once what its queue has no room for, and does the rest`() async throws {
        let lane = HashingLane(cost: TestSite.hashingCost, threads: 1, queueLimit: 0)
        defer { lane.close() }

        await #expect(throws: StoreError.overloaded) { try await lane.digest(of: Secret("a"), for: "domain") }
        await #expect(throws: StoreError.overloaded) {
            try await lane.verifies(Secret("a"), against: "", for: "domain")
        }
    }

    @Test func `of many at once refuses some and answers all`() async throws {
        let lane = HashingLane(
            cost: Argon2Cost(memoryKiB: 19_456, iterations: 1, parallelism: 1), threads: 1, queueLimit: 2,
            longestWait: .seconds(60))
        defer { lane.close() }

        let answers = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    do { return try await !lane.digest(of: Secret("a"), for: "domain").isEmpty } catch { return false }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }

        #expect(answers.count == 16)
        #expect(answers.contains(true))
        #expect(answers.contains(false))
    }

    @Test func `refuses what waited too long without hashing it`() async throws {
        let lane = HashingLane(cost: TestSite.hashingCost, threads: 1, queueLimit: 8, longestWait: .zero)
        defer { lane.close() }

        await #expect(throws: StoreError.overloaded) { try await lane.digest(of: Secret("a"), for: "domain") }
    }

    @Test func `refuses everything once it is closed`() async throws {
        let lane = HashingLane(cost: TestSite.hashingCost, threads: 2)
        lane.close()

        await #expect(throws: StoreError.overloaded) { try await lane.digest(of: Secret("a"), for: "domain") }
    }

    @Test func `a password that cannot be hashed is the caller's fault, not the lane's`() async throws {
        await #expect(throws: CryptographyError.self) {
            try await TestSite.lane.digest(of: Secret(String(repeating: "a", count: 100_000)), for: "domain")
        }
    }

    @Test func `a domain's storm does not keep another domain's sign-in out`() async throws {
        // Heavy enough that the storm is still waiting when the other domain comes.
        let cost = Argon2Cost(memoryKiB: 19_456, iterations: 1, parallelism: 1)
        let lane = HashingLane(cost: cost, threads: 1, queueLimit: 8, longestWait: .seconds(60))
        defer { lane.close() }

        try await withThrowingTaskGroup(of: Bool?.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    do { return try await !lane.digest(of: Secret("a"), for: "storm").isEmpty } catch { return false }
                }
            }
            // The storm has come when the queue has refused some of it.
            while try await group.next() == true {}
            for _ in 1...3 { #expect(try await !lane.digest(of: Secret("b"), for: "other").isEmpty) }
            for try await _ in group {}
        }
    }
}
