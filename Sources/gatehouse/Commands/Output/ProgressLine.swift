import Foundation
import Storage
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Tells on standard error how far a copy got: a line a second, or on a terminal one line that changes.
final class ProgressLine: Sendable {
    private struct State {
        var told = ContinuousClock.now
        var since = ContinuousClock.now
        var topic = ""
        /// The rows that were there when the topic was first told of.
        var first: Int64 = 0
        var isOpen = false
    }

    private let state = Mutex(State())
    private let isTerminal = isatty(STDERR_FILENO) == 1

    func tell(_ progress: MoveProgress) {
        let topic = "\(progress.act.rawValue) \(progress.table)"
        let line = state.withLock { state -> String? in
            let now = ContinuousClock.now
            if state.topic != topic {
                state.since = now
                state.topic = topic
                state.first = progress.rows
            }
            guard now - state.told >= .seconds(1) else { return nil }
            state.told = now
            state.isOpen = true
            let rate = Double(progress.rows - state.first) / max((now - state.since) / .seconds(1), 0.001)
            return "\(topic): \(progress.rows) of \(progress.total) rows, \(Int64(rate)) a second"
        }
        if let line { write(isTerminal ? "\r\u{1B}[K\(line)" : "\(line)\n") }
    }

    /// Leaves the terminal's line, so that what follows stands below it.
    func end() {
        let wasOpen = state.withLock { state in
            defer { state.isOpen = false }
            return state.isOpen
        }
        if wasOpen, isTerminal { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
