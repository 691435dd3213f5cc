import AuthorizationServer
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

extension ChangeCounter {
    /// A count that the server and the command line share: eight bytes in a file that each maps into its
    /// memory, so that looking costs one load, and a change by the one is the other's at once.
    ///
    /// - Throws: `ProblemForOperator`.
    static func shared(inFolder folder: String) throws -> ChangeCounter {
        let file = folder + "/changes"
        let descriptor = Glibc.open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0, ftruncate(descriptor, 8) == 0,
            let memory = mmap(nil, 8, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), memory != MAP_FAILED
        else { throw ProblemForOperator("\(file) can't be used: \(String(cString: strerror(errno)))") }
        close(descriptor)
        let mapping = Mapping(memory.bindMemory(to: Atomic<UInt64>.self, capacity: 1))
        return ChangeCounter(
            current: { mapping.count.pointee.load(ordering: .acquiring) },
            announce: { mapping.count.pointee.add(1, ordering: .acquiringAndReleasing) })
    }

    /// Mapped for as long as the process lives; every access is atomic.
    private struct Mapping: @unchecked Sendable {
        let count: UnsafeMutablePointer<Atomic<UInt64>>
        init(_ count: UnsafeMutablePointer<Atomic<UInt64>>) { self.count = count }
    }
}
