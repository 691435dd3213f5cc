import CPostgreSQL
import Dispatch
import Synchronization

/// Asks the server to stop what a connection is doing. That takes a connection of its own and waits for the
/// server, so it is done elsewhere; when the server does not answer, `statement_timeout` has to do.
final class Canceller: Sendable {
    private let queue = DispatchQueue(label: "gatehouse.postgres.cancel")
    private let waiting = Atomic<Int>(0)

    func cancel(_ link: Link) {
        guard waiting.load(ordering: .relaxed) < 16, let request = PQgetCancel(link.connection) else { return }
        waiting.add(1, ordering: .relaxed)
        // The request is a copy of what is needed, and from here on the queue's own.
        let address = UInt(bitPattern: request)
        queue.async { [self] in
            let request = OpaquePointer(bitPattern: address)
            _ = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { PQcancel(request, $0.baseAddress, 256) }
            PQfreeCancel(request)
            waiting.subtract(1, ordering: .relaxed)
        }
    }
}
