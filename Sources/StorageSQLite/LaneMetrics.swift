import Metrics

/// How busy a lane is. A class, since every call carries it.
final class LaneMetrics: Sendable {
    let waiting: Gauge
    let wait: Timer
    let refused: Counter
    let failures: Counter

    init(_ lane: String) {
        let lane = [("lane", lane)]
        waiting = Gauge(label: "gatehouse_store_waiting", dimensions: lane)
        wait = Timer(label: "gatehouse_store_wait_seconds", dimensions: lane)
        refused = Counter(label: "gatehouse_store_refused_total", dimensions: lane)
        failures = Counter(label: "gatehouse_store_failures_total", dimensions: lane)
    }
}
