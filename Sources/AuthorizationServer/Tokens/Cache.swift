import Metrics
import OAuth
import Synchronization

/// Keeps what was read until something changes (`ChangeCounts`), or for ten seconds, whichever comes first;
/// the time is for a change whose announcement died with its process.
///
/// Bounded: two generations of entries, of which the older goes when the younger is full.
final class Cache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        let value: Value
        let count: UInt64
        let readAt: Timestamp
    }

    private struct State {
        var young: [Key: Entry] = [:]
        var old: [Key: Entry] = [:]
    }

    private let state = Mutex(State())
    private let clock: WallClock
    private let limit: Int
    private let freshness: Duration
    private let outlivesStore: Bool
    private let hits: Counter
    private let misses: Counter

    /// - Parameters:
    ///   - name: for whoever looks at how well it serves.
    ///   - outlivesStore: whether what is kept will do, however old, while the store can't be read. Only for
    ///     what lets nobody in by itself.
    init(
        name: String, limit: Int, clock: WallClock, freshness: Duration = .seconds(10), outlivesStore: Bool = false
    ) {
        hits = Counter(label: "gatehouse_cache_hits_total", dimensions: [("cache", name)])
        misses = Counter(label: "gatehouse_cache_misses_total", dimensions: [("cache", name)])
        self.limit = limit
        self.clock = clock
        self.freshness = freshness
        self.outlivesStore = outlivesStore
    }

    /// The value, read anew when it isn't here. What is `nil` is not kept.
    ///
    /// - Parameter count: from before this call, so that a change during the read makes the entry stale, not
    ///   wrong; `nil`: unknown, so that nothing that is kept will do.
    func value(for key: Key, asOf count: UInt64?, read: () async throws -> Value?) async throws -> Value? {
        do { return try await currentValue(for: key, asOf: count, read: read) } catch StoreError.unavailable(let reason)
        {
            guard outlivesStore, let value = state.withLock({ ($0.young[key] ?? $0.old[key])?.value }) else {
                throw StoreError.unavailable(reason)
            }
            return value
        }
    }

    private func currentValue(for key: Key, asOf count: UInt64?, read: () async throws -> Value?) async throws -> Value?
    {
        guard let count else {
            misses.increment()
            return try await read()
        }
        let now = clock.now()
        if let value = lookUp(key, count, now) {
            hits.increment()
            return value
        }
        misses.increment()
        guard let value = try await read() else { return nil }
        let entry = Entry(value: value, count: count, readAt: now)
        state.withLock { insert(entry, for: key, into: &$0) }
        return value
    }

    private func lookUp(_ key: Key, _ count: UInt64, _ now: Timestamp) -> Value? {
        state.withLock { state in
            if let entry = state.young[key] { return isFresh(entry, count, now) ? entry.value : nil }
            guard let entry = state.old[key], isFresh(entry, count, now) else { return nil }
            insert(entry, for: key, into: &state)
            return entry.value
        }
    }

    private func isFresh(_ entry: Entry, _ count: UInt64, _ now: Timestamp) -> Bool {
        entry.count == count && now < entry.readAt + freshness && now >= entry.readAt
    }

    private func insert(_ entry: Entry, for key: Key, into state: inout State) {
        if state.young.count >= limit / 2 {
            state.old = state.young
            state.young = [:]
        }
        state.young[key] = entry
    }
}
