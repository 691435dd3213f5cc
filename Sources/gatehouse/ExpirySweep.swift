import AuthorizationServer
import Logging
import Metrics
import OAuth
import ServiceLifecycle

/// Deletes what has ended, by index and in small batches, for as long as the server runs. Of several nodes on
/// one database one at a time does it: the one that has the lease.
struct ExpirySweep: Service {
    let store: any GrantStore & NodeStore
    let clock: WallClock
    /// This node's name, different from every other's.
    let node: String
    let logger: Logger

    private let rows = Counter(label: "gatehouse_purge_rows_total")
    private let time = Timer(label: "gatehouse_purge_seconds")
    private let lastRun = Gauge(label: "gatehouse_purge_last_run_timestamp_seconds")

    private static let batch: Int64 = 500
    private static let pause: Duration = .seconds(60)
    /// A node that is gone is missed for this long at most.
    private static let lease: Duration = .seconds(150)

    init(store: any GrantStore & NodeStore, clock: WallClock, node: String, logger: Logger) {
        self.store = store
        self.clock = clock
        self.node = node
        self.logger = logger
    }

    private enum State { case unknown, elsewhere, here, failing }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var state = State.unknown
            while !Task.isCancelled {
                do {
                    let count = try await sweep()
                    tell(count == nil ? .elsewhere : .here, after: &state)
                    // More than a batch waits: go on soon, but let everybody else in between.
                    try await Task.sleep(for: count ?? 0 >= Int(Self.batch) ? .milliseconds(200) : Self.pause)
                } catch is CancellationError {
                    return
                } catch {
                    tell(.failing, after: &state, error)
                    try await Task.sleep(for: Self.pause)
                }
            }
        }
    }

    /// One batch; answers how many rows it dealt with, or `nil` when another node does that.
    func sweep() async throws -> Int? {
        let now = clock.now()
        guard try await store.lease("purge", to: node, until: now + Self.lease, at: now) else { return nil }
        let begunAt = ContinuousClock.now
        let count = try await store.purge(endedBefore: now, limit: Self.batch)
        time.record(duration: ContinuousClock.now - begunAt)
        rows.increment(by: count)
        lastRun.record(now.seconds)
        return count
    }

    /// Once for each change, not every minute.
    private func tell(_ new: State, after old: inout State, _ error: (any Error)? = nil) {
        defer { old = new }
        guard new != old else { return }
        switch new {
        case .unknown: break
        case .here: logger.info("Expired rows are purged here.", metadata: ["node": "\(node)"])
        case .elsewhere: logger.info("Expired rows are purged by another node.", metadata: ["node": "\(node)"])
        case .failing:
            logger.warning(
                "Expired rows were not purged.", metadata: ["error": "\(error.map { "\($0)" } ?? "unknown")"])
        }
    }
}
