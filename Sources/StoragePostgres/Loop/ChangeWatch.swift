import Synchronization

/// What the listening connection has heard.
final class ChangeWatch: Sendable {
    private let count = Atomic<UInt64>(0)
    private let listening = Atomic<Bool>(false)
    private let offset = Atomic<Int64>(0)

    var isListening: Bool { listening.load(ordering: .acquiring) }

    /// `nil` while nothing can be heard. A count of its own, not the database's.
    var current: UInt64? { isListening ? count.load(ordering: .acquiring) : nil }

    func bump() { count.add(1, ordering: .acquiringAndReleasing) }

    func start() {
        // What was read before may be from before a change that nobody heard of.
        bump()
        listening.store(true, ordering: .releasing)
    }

    func stop() { listening.store(false, ordering: .releasing) }

    /// The database's clock less this machine's, in microseconds.
    var clockOffset: Int64 {
        get { offset.load(ordering: .relaxed) }
        set { offset.store(newValue, ordering: .relaxed) }
    }
}
