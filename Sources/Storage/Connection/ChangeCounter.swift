import Synchronization

/// A count in memory that all who use one database on one machine share: threads of this process, or
/// processes that have mapped it.
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
