import NIOCore

/// What the connections of a run share: when it starts, what it has seen, when it is over. Used on one event loop.
final class Run {
    /// Enough to know that something is wrong; a run does not go on hammering a server that refuses.
    private static let failureLimit = 100

    let requests: (before: [Request], steps: [Request])
    private let plan: Plan
    private let loop: NIOIsolatedEventLoop
    private let done: EventLoopPromise<Report>.Isolated
    private var report = Report()
    private var latencies = Histogram()
    private var turns: CircularBuffer<[String: String]>
    private var waiting: [Connection] = []
    private var open: Int
    private var clockStarted: NIODeadline?
    private var clockStopped: NIODeadline?

    private(set) var isStarted = false
    private(set) var isOver = false
    private var isReported = false

    init(plan: Plan, loop: any EventLoop, done: EventLoopPromise<Report>) {
        self.plan = plan
        self.loop = loop.assumeIsolated()
        self.done = done.assumeIsolated()
        open = plan.connections
        turns = CircularBuffer(plan.turns)
        let host = "localhost:\(plan.ports.first ?? 0)"
        requests = (
            plan.before.map { Request($0, host: host) }, plan.steps.map { Request($0, host: host) }
        )
        // Whatever happens, there is a report.
        self.loop.scheduleTask(in: .seconds(10) + Self.time(plan.warmUp + plan.duration)) {
            self.failed("no answer", "\(self.open) connections were still waiting for an answer at the end")
            self.finish()
        }
    }

    /// All connections start at once, when the last of them is ready.
    func isReady(_ connection: Connection) {
        waiting.append(connection)
        guard waiting.count == plan.connections else { return }
        isStarted = true
        loop.scheduleTask(in: Self.time(plan.warmUp)) { self.clockStarted = .now() }
        loop.scheduleTask(in: Self.time(plan.warmUp + plan.duration)) {
            self.clockStopped = .now()
            self.isOver = true
        }
        for connection in waiting { connection.beginPass() }
        waiting = []
    }

    /// The values of the next pass, which are nobody else's until it has ended.
    func takeTurn() -> [String: String]? { turns.popFirst() }

    func passed(since start: NIODeadline, with values: [String: String]) {
        report.allPasses += 1
        if !plan.turns.isEmpty { turns.append(values) }
        guard clockStarted != nil, clockStopped == nil else { return }
        latencies.record(nanoseconds: UInt64(max(0, (NIODeadline.now() - start).nanoseconds)))
    }

    func failed(_ kind: String, _ details: String) {
        guard !isReported else { return }
        report.failures[kind, default: 0] += 1
        report.firstFailure = report.firstFailure ?? details
        if report.failures.values.reduce(0, +) >= Self.failureLimit { finish() }
    }

    func closed() {
        open -= 1
        if !isOver { failed("connection lost", "the server closed a connection") }
        if open == 0 || !isStarted { finish() }
    }

    private func finish() {
        guard !isReported else { return }
        isReported = true
        isOver = true
        let start = clockStarted ?? .now()
        let end = clockStopped ?? .now()
        report.passes = latencies.total
        report.seconds = Double((end - start).nanoseconds) / 1e9
        report.turns = Array(turns)
        report.p50 = Double(latencies.quantile(0.5)) / 1e3
        report.p99 = Double(latencies.quantile(0.99)) / 1e3
        report.max = Double(latencies.largest) / 1e3
        done.succeed(report)
    }

    private static func time(_ seconds: Double) -> TimeAmount { .nanoseconds(Int64(seconds * 1e9)) }
}
