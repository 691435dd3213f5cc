import CPostgreSQL
import Foundation
import Storage

/// What the thread that waits for its connections also waits for.
struct WakeUp: ~Copyable, Sendable {
    let descriptor: Int32

    /// - Throws: `StorageError.cannotOpen` when the process has no descriptor left.
    init() throws(StorageError) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard descriptor >= 0 else { throw .cannotOpen("eventfd: \(String(cString: strerror(errno))).") }
    }

    func ring() { eventfd_write(descriptor, 1) }

    func hear() {
        var rings: eventfd_t = 0
        eventfd_read(descriptor, &rings)
    }

    deinit { close(descriptor) }
}
