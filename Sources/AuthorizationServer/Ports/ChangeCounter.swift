import Synchronization

/// Tells every cache that an administrator changed something, be it in this process or in another one on
/// the same data.
///
/// A cache keeps what it read beside the count it saw before reading, and reads again when the count has
/// moved on. Whoever changes a domain, client or key announces it before answering, so that no answer is
/// ahead of the caches.
public struct ChangeCounter: Sendable {
    /// The count now; costs one load.
    public let current: @Sendable () -> UInt64
    public let announce: @Sendable () -> Void

    public init(current: @escaping @Sendable () -> UInt64, announce: @escaping @Sendable () -> Void) {
        self.current = current
        self.announce = announce
    }

    /// For one process alone: tests, and databases in memory.
    public static func inProcess() -> ChangeCounter {
        let box = Box()
        return ChangeCounter(
            current: { box.count.load(ordering: .acquiring) },
            announce: { box.count.add(1, ordering: .acquiringAndReleasing) })
    }

    private final class Box: Sendable {
        let count = Atomic<UInt64>(0)
    }
}
