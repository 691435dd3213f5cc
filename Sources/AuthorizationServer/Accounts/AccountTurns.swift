import OAuth
import Synchronization

/// Has attempts on one account come one after the other, so that a room full of panels may sign in with the
/// same account at the same moment: an attempt is booked as a failure until it has succeeded, and many at once
/// would count as guesses.
///
/// Only within this process; on other nodes each has its own turn.
final class AccountTurns: Sendable {
    private enum Outcome { case turn, full, late }

    private struct Waiting {
        let number: UInt64
        let continuation: CheckedContinuation<Outcome, Never>
    }

    private struct State {
        /// Who waits, for each account that somebody has the turn of.
        var queues: [String: [Waiting]] = [:]
        var last: UInt64 = 0
    }

    private let state = Mutex(State())
    private let limit: Int
    private let longestWait: Duration

    /// - Parameter limit: how many may wait for one account.
    init(limit: Int = 32, longestWait: Duration) {
        self.limit = limit
        self.longestWait = longestWait
    }

    /// Waits for the account's turn; `pass` must follow.
    ///
    /// - Returns: whether there was a wait, so that what was read before it may be old.
    /// - Throws: `SignInFailure.throttled` when too many wait, `StoreError.overloaded` when it took too long.
    func take(_ account: String) async throws -> Bool {
        let isFree = state.withLock { state in
            guard state.queues[account] == nil else { return false }
            state.queues[account] = []
            return true
        }
        if isFree { return false }

        let outcome = await withCheckedContinuation { continuation in
            let (outcome, number) = state.withLock { state -> (Outcome?, UInt64) in
                // Whoever had the turn may have passed it on meanwhile.
                guard let waiting = state.queues[account]?.count else {
                    state.queues[account] = []
                    return (.turn, 0)
                }
                guard waiting < limit else { return (.full, 0) }
                state.last += 1
                state.queues[account]?.append(Waiting(number: state.last, continuation: continuation))
                return (nil, state.last)
            }
            if let outcome { return continuation.resume(returning: outcome) }
            Task {
                try await Task.sleep(for: longestWait)
                giveUp(account, number)
            }
        }
        switch outcome {
        case .turn: return true
        case .full: throw SignInFailure.throttled(wait: .seconds(1))
        case .late: throw StoreError.overloaded
        }
    }

    /// Gives the turn to whoever has waited longest.
    func pass(_ account: String) {
        let next = state.withLock { state -> Waiting? in
            guard state.queues[account]?.isEmpty == false else {
                state.queues[account] = nil
                return nil
            }
            return state.queues[account]?.removeFirst()
        }
        next?.continuation.resume(returning: .turn)
    }

    /// How many wait for an account.
    func waiting(for account: String) -> Int { state.withLock { $0.queues[account]?.count ?? 0 } }

    private func giveUp(_ account: String, _ number: UInt64) {
        let late = state.withLock { state -> Waiting? in
            guard let index = state.queues[account]?.firstIndex(where: { $0.number == number }) else { return nil }
            return state.queues[account]?.remove(at: index)
        }
        late?.continuation.resume(returning: .late)
    }
}
