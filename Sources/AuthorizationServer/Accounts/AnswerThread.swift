import Dispatch
import Foundation
import Synchronization

/// Gives the answers of the threads that hash, at ordinary priority: whoever is woken by an answer may need a new
/// thread to run on, and on Linux that one inherits the priority of the thread that makes it. So a storm of sign-ins
/// would leave behind threads that serve tokens only when nothing else runs.
final class AnswerThread: Sendable {
    private struct State {
        var answers: [@Sendable () -> Void] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let wakeUp = DispatchSemaphore(value: 0)

    /// To be made on a thread of ordinary priority.
    init() {
        let thread = Thread { self.run() }
        thread.stackSize = 512 * 1_024
        thread.name = "password-answers"
        thread.start()
    }

    func give(_ answer: @escaping @Sendable () -> Void) {
        state.withLock { $0.answers.append(answer) }
        wakeUp.signal()
    }

    /// Ends the thread once what was given before is answered.
    func close() {
        state.withLock { $0.isClosed = true }
        wakeUp.signal()
    }

    private func run() {
        while true {
            wakeUp.wait()
            let (answers, isClosed) = state.withLock { state in
                let answers = state.answers
                state.answers = []
                return (answers, state.isClosed)
            }
            for answer in answers { answer() }
            if isClosed { return }
        }
    }
}
