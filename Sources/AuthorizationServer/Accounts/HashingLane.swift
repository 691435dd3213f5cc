public import Cryptography
import Dispatch
import Foundation
import Metrics
public import OAuth
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Where passwords are hashed: a few threads of their own with a bounded queue, so that a storm of sign-ins
/// never slows tokens down, and memory stays at (threads × cost). Domains take turns (`FairQueue`).
///
/// The threads have a lower priority than everything else (`nice` 10, which Linux keeps per thread).
public final class HashingLane: Sendable {
    private struct Job: Sendable {
        let enteredAt: ContinuousClock.Instant
        /// Runs the work, or gives up without it, and says how to answer.
        let finish: @Sendable (_ inTime: Bool) -> @Sendable () -> Void
    }

    private struct State {
        var jobs: FairQueue<Job>
        var isClosed = false
    }

    private let state: Mutex<State>
    private let wakeUp = DispatchSemaphore(value: 0)
    private let answers = AnswerThread()
    private let running: Atomic<Int>
    let longestWait: Duration
    private let threads: Int
    public let cost: Argon2Cost

    private let waiting = Gauge(label: "gatehouse_hashing_waiting")
    private let waitTime = Metrics.Timer(label: "gatehouse_hashing_wait_seconds")
    private let runTime = Metrics.Timer(label: "gatehouse_hashing_run_seconds")
    private let refused = Counter(label: "gatehouse_hashing_refused_total")

    /// - Parameters:
    ///   - threads: one fewer than cores by default, at least one.
    ///   - queueLimit: how many may wait, of all domains; one more is refused at once.
    ///   - longestWait: what waited longer is refused without being hashed.
    public init(
        cost: Argon2Cost = .standard, threads: Int? = nil, queueLimit: Int = 64, longestWait: Duration = .seconds(2)
    ) {
        self.cost = cost
        self.longestWait = longestWait
        self.threads = max(1, threads ?? ProcessInfo.processInfo.activeProcessorCount - 1)
        state = Mutex(State(jobs: FairQueue(limit: queueLimit)))
        running = Atomic(self.threads)
        for _ in 0..<self.threads {
            let thread = Thread { [weak self] in
                setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
                while let job = self?.nextJob() { self?.perform(job) }
                self?.ended()
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

    /// - Throws: `StoreError.overloaded` when the lane is full, others wait and the domain's share is taken,
    ///   or the wait was too long.
    public func verifies(_ password: Secret, against digest: String, for domain: DomainID) async throws -> Bool {
        try await run(for: domain) { PasswordDigest.verifies(password.exposed, against: digest) }
    }

    /// - Throws: `StoreError.overloaded`, as above, or `CryptographyError` for a password that can't be hashed.
    public func digest(of password: Secret, for domain: DomainID) async throws -> String {
        let cost = cost
        return try await run(for: domain) { Result { try PasswordDigest.make(password.exposed, cost: cost) } }.get()
    }

    private func run<Answer: Sendable>(for domain: DomainID, _ work: @escaping @Sendable () -> Answer) async throws
        -> Answer
    {
        let answer: Answer? = await withCheckedContinuation { continuation in
            let job = Job(enteredAt: .now) { inTime in
                let answer = inTime ? work() : nil
                return { continuation.resume(returning: answer) }
            }
            enqueue(job, for: domain)?.finish(false)()
        }
        guard let answer else {
            refused.increment()
            throw StoreError.overloaded
        }
        return answer
    }

    /// - Returns: the job that there is no room for, if any: this one or another.
    private func enqueue(_ job: Job, for domain: DomainID) -> Job? {
        let (admission, count) = state.withLock { state in
            (state.isClosed ? .refused : state.jobs.add(job, for: domain), state.jobs.count)
        }
        switch admission {
        case .refused: return job
        case .instead(let other): return other
        case .accepted:
            waiting.record(count)
            wakeUp.signal()
            return nil
        }
    }

    /// Waits for the next job; `nil` once the lane is closed and empty.
    private func nextJob() -> Job? {
        while true {
            wakeUp.wait()
            let (job, count, isOver) = state.withLock { state in
                let job = state.jobs.next()
                return (job, state.jobs.count, state.isClosed)
            }
            waiting.record(count)
            if let job { return job }
            if isOver { return nil }
        }
    }

    /// The last one to end leaves nothing to answer.
    private func ended() {
        if running.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { answers.close() }
    }

    private func perform(_ job: Job) {
        let begunAt = ContinuousClock.now
        let inTime = begunAt < job.enteredAt + longestWait
        answers.give(job.finish(inTime))
        waitTime.record(duration: begunAt - job.enteredAt)
        if inTime { runTime.record(duration: ContinuousClock.now - begunAt) }
    }
}
