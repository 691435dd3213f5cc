import OAuth
import Synchronization
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite("A cache")
struct CacheTests {
    let clock = TestClock()
    let changes = Count()
    let source = Source()

    @Test func `reads once`() async throws {
        let cache = cache()

        for _ in 1...3 { #expect(try await value("a", of: cache) == "a1") }
    }

    @Test func `reads again once a change was announced`() async throws {
        let cache = cache()
        _ = try await value("a", of: cache)

        changes.announce()

        #expect(try await value("a", of: cache) == "a2")
    }

    @Test func `reads again each time while nobody can say whether something changed`() async throws {
        let cache = cache()
        _ = try await value("a", of: cache)

        for read in ["read", "read again"] {
            #expect(try await cache.value(for: "a", asOf: nil) { read } == read)
        }

        #expect(try await value("a", of: cache) == "a1")
    }

    @Test func `reads again when what it has is ten seconds old, or from the future`() async throws {
        let cache = cache()
        _ = try await value("a", of: cache)

        clock.advance(by: .seconds(9))
        #expect(try await value("a", of: cache) == "a1")
        clock.advance(by: .seconds(1))
        #expect(try await value("a", of: cache) == "a2")
        clock.advance(by: .seconds(-1))
        #expect(try await value("a", of: cache) == "a3")
    }

    @Test func `does not keep what is not there`() async throws {
        let cache = cache()

        for _ in 1...2 {
            let found = try await cache.value(for: "a", asOf: changes.now) {
                source.count()
                return nil
            }
            #expect(found == nil)
        }

        #expect(source.reads == 2)
    }

    @Test func `does not keep what changed while it was read`() async throws {
        let cache = cache()

        _ = try await cache.value(for: "a", asOf: changes.now) {
            changes.announce()
            return "stale"
        }

        #expect(try await value("a", of: cache) == "a1")
    }

    @Test func `keeps no more than its limit, and what is in use longest`() async throws {
        let cache = cache(limit: 10)
        for index in 0..<100 {
            _ = try await value("used", of: cache)
            _ = try await value("key-\(index)", of: cache)
        }
        let before = source.reads

        _ = try await value("used", of: cache)
        #expect(source.reads == before)
        for index in 0..<100 { _ = try await value("key-\(index)", of: cache) }
        #expect(source.reads >= before + 90)
    }

    @Test("may be as small as one likes", arguments: [0, 1, 2])
    func tiny(_ limit: Int) async throws {
        let cache = cache(limit: limit)

        for key in ["a", "b", "a"] { #expect(try await value(key, of: cache)?.hasPrefix(key) == true) }
    }

    @Test func `passes an error on, and keeps nothing of it`() async throws {
        let cache = cache()

        await #expect(throws: StoreError.overloaded) {
            try await cache.value(for: "a", asOf: changes.now) { throw StoreError.overloaded }
        }

        #expect(try await value("a", of: cache) == "a1")
    }

    @Test("answers what it has while the store is out of reach only where it is told to", arguments: [true, false])
    func outage(_ outlivesStore: Bool) async throws {
        let cache = cache(outlivesStore: outlivesStore)
        _ = try await value("a", of: cache)
        clock.advance(by: .seconds(60))

        for count in [nil, changes.now] {
            let kept = try? await cache.value(for: "a", asOf: count) { throw StoreError.unavailable("down") }
            #expect(kept == (outlivesStore ? "a1" : nil))
        }
        await #expect(throws: StoreError.unavailable("down")) {
            try await cache.value(for: "b", asOf: nil) { throw StoreError.unavailable("down") }
        }

        #expect(try await value("a", of: cache) == "a2")
    }

    private func cache(limit: Int = 100, outlivesStore: Bool = false) -> Cache<String, String> {
        Cache(name: "test", limit: limit, clock: clock.wall, outlivesStore: outlivesStore)
    }

    private func value(_ key: String, of cache: Cache<String, String>) async throws -> String? {
        try await cache.value(for: key, asOf: changes.now) { "\(key)\(source.count())" }
    }

    /// Moves on when a change is announced.
    final class Count: Sendable {
        private let count = Mutex<UInt64>(0)
        var now: UInt64 { count.withLock { $0 } }
        func announce() { count.withLock { $0 += 1 } }
    }

    /// Counts how often it is read.
    final class Source: Sendable {
        private let number = Mutex(0)
        var reads: Int { number.withLock { $0 } }

        @discardableResult
        func count() -> Int {
            number.withLock { number in
                number += 1
                return number
            }
        }
    }
}
