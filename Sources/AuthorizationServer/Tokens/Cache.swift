import OAuth
import Synchronization

/// Keeps what was read until an administrator changes something (`ChangeCounter`), or for ten seconds,
/// whichever comes first; the time is for a change whose announcement died with its process.
///
/// Bounded: two generations of entries, of which the older goes when the younger is full.
final class Cache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        let value: Value
        let readAt: Timestamp
    }

    private struct State {
        var change: UInt64 = 0
        var young: [Key: Entry] = [:]
        var old: [Key: Entry] = [:]
    }

    private let state = Mutex(State())
    private let changes: ChangeCounter
    private let clock: WallClock
    private let limit: Int
    private let freshness: Duration

    init(limit: Int, changes: ChangeCounter, clock: WallClock, freshness: Duration = .seconds(10)) {
        self.limit = limit
        self.changes = changes
        self.clock = clock
        self.freshness = freshness
    }

    /// The value, read anew when it isn't here. What is `nil` is not kept.
    func value(for key: Key, read: () async throws -> Value?) async throws -> Value? {
        let change = changes.current()
        let now = clock.now()
        if let value = lookUp(key, change: change, now: now) { return value }
        guard let value = try await read() else { return nil }
        // Beside the count from before the read: a change during it makes this entry stale, not wrong.
        keep(value, for: key, change: change, now: now)
        return value
    }

    private func lookUp(_ key: Key, change: UInt64, now: Timestamp) -> Value? {
        state.withLock { state in
            guard state.change == change else { return nil }
            if let entry = state.young[key] {
                return now < entry.readAt + freshness && now >= entry.readAt ? entry.value : nil
            }
            guard let entry = state.old[key], now < entry.readAt + freshness, now >= entry.readAt else { return nil }
            Self.insert(entry, for: key, into: &state, limit: limit)
            return entry.value
        }
    }

    private func keep(_ value: Value, for key: Key, change: UInt64, now: Timestamp) {
        state.withLock { state in
            if state.change != change {
                guard change > state.change else { return }
                state = State(change: change)
            }
            Self.insert(Entry(value: value, readAt: now), for: key, into: &state, limit: limit)
        }
    }

    private static func insert(_ entry: Entry, for key: Key, into state: inout State, limit: Int) {
        if state.young.count >= limit / 2 {
            state.old = state.young
            state.young = [:]
        }
        state.young[key] = entry
    }
}
