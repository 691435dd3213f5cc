public import Cryptography
import Dispatch
import Foundation
public import OAuth
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Where passwords are hashed: a few threads of their own with a bounded queue, so that a storm of sign-ins
/// never slows tokens down, and memory stays at (threads × cost).
///
/// The threads have a lower priority than everything else (`nice` 10, which Linux keeps per thread).
public final class HashingLane: Sendable {
    private struct Job: Sendable {
        let deadline: ContinuousClock.Instant
        /// Runs the work, or gives up without it.
        let finish: @Sendable (_ inTime: Bool) -> Void
    }

    private struct State {
        var jobs: [Job] = []
        var next = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let wakeUp = DispatchSemaphore(value: 0)
    private let queueLimit: Int
    private let longestWait: Duration
    private let threads: Int
    public let cost: Argon2Cost

    /// - Parameters:
    ///   - threads: one fewer than cores by default, at least one.
    ///   - queueLimit: how many may wait; one more is refused at once.
    ///   - longestWait: what waited longer is refused without being hashed.
    public init(
        cost: Argon2Cost = .standard, threads: Int? = nil, queueLimit: Int = 64, longestWait: Duration = .seconds(2)
    ) {
        self.cost = cost
        self.queueLimit = queueLimit
        self.longestWait = longestWait
        self.threads = max(1, threads ?? ProcessInfo.processInfo.activeProcessorCount - 1)
        for _ in 0..<self.threads {
            let thread = Thread { [weak self] in
                setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
                while let job = self?.nextJob() { job.finish(ContinuousClock.now < job.deadline) }
            }
            thread.stackSize = 512 * 1_024
            thread.name = "password-hashing"
            thread.start()
        }
    }

    /// Ends the threads once what waits is done.
    public func close() {
        state.withLock { $0.isClosed = true }
        for _ in 0..<threads { wakeUp.signal() }
    }

    /// - Throws: `StoreError.overloaded` when the lane is full or the wait was too long.
    public func verifies(_ password: Secret, against digest: String) async throws -> Bool {
        try await run { PasswordDigest.verifies(password.exposed, against: digest) }
    }

    /// - Throws: `StoreError.overloaded`, or `CryptographyError` for a password that can't be hashed.
    public func digest(of password: Secret) async throws -> String {
        let cost = cost
        return try await run { Result { try PasswordDigest.make(password.exposed, cost: cost) } }.get()
    }

    private func run<Answer: Sendable>(_ work: @escaping @Sendable () -> Answer) async throws -> Answer {
        let answer: Answer? = await withCheckedContinuation { continuation in
            let job = Job(deadline: ContinuousClock.now + longestWait) { inTime in
                continuation.resume(returning: inTime ? work() : nil)
            }
            if !enqueue(job) { continuation.resume(returning: nil) }
        }
        guard let answer else { throw StoreError.overloaded }
        return answer
    }

    private func enqueue(_ job: Job) -> Bool {
        let accepted = state.withLock { state in
            guard !state.isClosed, state.jobs.count - state.next < queueLimit else { return false }
            state.jobs.append(job)
            return true
        }
        if accepted { wakeUp.signal() }
        return accepted
    }

    /// Waits for the next job; `nil` once the lane is closed and empty.
    private func nextJob() -> Job? {
        while true {
            wakeUp.wait()
            let (job, isOver) = state.withLock { state -> (Job?, Bool) in
                guard state.next < state.jobs.count else { return (nil, state.isClosed) }
                let job = state.jobs[state.next]
                state.next += 1
                if state.next == state.jobs.count {
                    state.jobs.removeAll(keepingCapacity: true)
                    state.next = 0
                }
                return (job, false)
            }
            if let job { return job }
            if isOver { return nil }
        }
    }
}
