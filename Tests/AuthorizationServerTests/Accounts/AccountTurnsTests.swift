import Synchronization
import Testing

@testable import AuthorizationServer

@Suite("Turns on one account")
struct AccountTurnsTests {
    @Test func `come one after the other, and in order`() async throws {
        let turns = AccountTurns(limit: 10, longestWait: .seconds(60))
        let order = Order()
        #expect(try await !turns.take("a"))

        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 1...5 {
                group.addTask {
                    let hasWaited = try await turns.take("a")
                    #expect(hasWaited)
                    order.indices.withLock { $0.append(index) }
                    turns.pass("a")
                }
                // So that the order is known.
                try await turns.wait(for: index, on: "a")
            }
            turns.pass("a")
            try await group.waitForAll()
        }

        #expect(order.indices.withLock { $0 } == [1, 2, 3, 4, 5])
        #expect(try await !turns.take("a"))
    }

    private final class Order: Sendable {
        let indices = Mutex<[Int]>([])
    }

    @Test func `are nobody else's business`() async throws {
        let turns = AccountTurns(longestWait: .seconds(60))
        _ = try await turns.take("a")

        #expect(try await !turns.take("b"))
    }

    @Test func `are refused when too many wait`() async throws {
        let turns = AccountTurns(limit: 0, longestWait: .seconds(60))
        _ = try await turns.take("a")

        await #expect(throws: SignInFailure.throttled(wait: .seconds(1))) { try await turns.take("a") }
        turns.pass("a")
        #expect(try await !turns.take("a"))
    }

    @Test func `are given up after a while, and the next one still comes`() async throws {
        let turns = AccountTurns(limit: 10, longestWait: .milliseconds(10))
        _ = try await turns.take("a")

        await #expect(throws: StoreError.overloaded) { try await turns.take("a") }

        turns.pass("a")
        #expect(try await !turns.take("a"))
    }
}

extension AccountTurns {
    /// Returns once so many wait for the account's turn.
    fileprivate func wait(for count: Int, on account: String) async throws {
        for _ in 0..<1_000 where waiting(for: account) < count { try await Task.sleep(for: .milliseconds(1)) }
        #expect(waiting(for: account) == count)
    }
}
