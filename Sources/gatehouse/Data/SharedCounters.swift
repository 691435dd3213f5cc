import Storage
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Two counts that the server and the command line share: sixteen bytes in a file that each maps into its
/// memory, so that looking costs one load, and a change by the one is the other's at once.
struct SharedCounters: Sendable {
    let counters: Counters

    /// - Throws: `ProblemForOperator`.
    init(inFolder folder: String) throws {
        let file = folder + "/changes"
        let descriptor = Glibc.open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0, ftruncate(descriptor, 16) == 0,
            let memory = mmap(nil, 16, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), memory != MAP_FAILED
        else { throw ProblemForOperator("\(file) can't be used: \(String(cString: strerror(errno)))") }
        close(descriptor)
        let mapping = Mapping(memory.bindMemory(to: Atomic<UInt64>.self, capacity: 2))
        counters = .inMemory(changes: mapping.counter(0), endings: mapping.counter(1))
    }

    /// Mapped for as long as the process lives; every access is atomic.
    private struct Mapping: @unchecked Sendable {
        let counts: UnsafeMutablePointer<Atomic<UInt64>>
        init(_ counts: UnsafeMutablePointer<Atomic<UInt64>>) { self.counts = counts }

        func counter(_ index: Int) -> ChangeCounter {
            ChangeCounter(
                current: { counts[index].load(ordering: .acquiring) },
                announce: { counts[index].add(1, ordering: .acquiringAndReleasing) })
        }
    }
}
