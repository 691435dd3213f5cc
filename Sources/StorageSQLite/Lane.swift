import AuthorizationServer
import Dispatch
import Metrics
import Synchronization

/// Where calls from any number of tasks meet one thread: a call waits until the thread is free, and
/// all that wait by then are served together.
final class Lane<Request: Sendable, Answer: Sendable>: Sendable {
    /// A request with the one who waits for its answer. Every call is answered once, also when its
    /// task has been cancelled meanwhile.
    struct Call: Sendable {
        let request: Request
        fileprivate let caller: UnsafeContinuation<Answer, any Error>
        fileprivate let enteredAt: ContinuousClock.Instant
        fileprivate let metrics: LaneMetrics

        func answer(_ result: Result<Answer, any Error>) {
            if case .failure(StoreError.unavailable) = result { metrics.failures.increment() }
            caller.resume(with: result)
        }
    }

    private struct State {
        var waiting: [Call] = []
        var isServing = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let queue: DispatchQueue
    private let limit: Int
    private let group: Int
    private let serve: @Sendable ([Call]) -> Void
    private let metrics: LaneMetrics

    /// - Parameters:
    ///   - name: for whoever looks at how busy it is.
    ///   - limit: how many calls may wait before more are refused.
    ///   - group: how many calls are served together at most, which bounds how long each takes.
    ///   - serve: answers every call it is given, on the lane's thread.
    init(_ name: String, limit: Int, group: Int, serve: @escaping @Sendable ([Call]) -> Void) {
        self.queue = DispatchQueue(label: "gatehouse.sqlite.\(name)")
        self.metrics = LaneMetrics(name)
        self.limit = limit
        self.group = max(group, 1)
        self.serve = serve
    }

    func answer(to request: Request) async throws -> Answer {
        let enteredAt = ContinuousClock.now
        return try await withUnsafeThrowingContinuation { caller in
            let refusal = state.withLock { state -> StoreError? in
                if state.isClosed { return .unavailable("The database is closed.") }
                if state.waiting.count >= limit { return .overloaded }
                state.waiting.append(
                    Call(request: request, caller: caller, enteredAt: enteredAt, metrics: metrics))
                metrics.waiting.record(state.waiting.count)
                if !state.isServing {
                    state.isServing = true
                    queue.async { self.serveAll() }
                }
                return nil
            }
            if let refusal {
                if refusal == .overloaded { metrics.refused.increment() }
                caller.resume(throwing: refusal)
            }
        }
    }

    /// Refuses further calls, and returns when all earlier ones have been answered.
    func close() async {
        state.withLock { $0.isClosed = true }
        await withUnsafeContinuation { done in queue.async { done.resume() } }
    }

    private func serveAll() {
        while let calls = next() {
            let begunAt = ContinuousClock.now
            for call in calls { metrics.wait.record(duration: begunAt - call.enteredAt) }
            serve(calls)
        }
    }

    private func next() -> [Call]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isServing = false
                return nil
            }
            let calls = Array(state.waiting.prefix(group))
            state.waiting.removeFirst(calls.count)
            metrics.waiting.record(state.waiting.count)
            return calls
        }
    }
}
