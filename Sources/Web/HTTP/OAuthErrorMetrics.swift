import Metrics
import Synchronization

/// Counts refusals by endpoint and error code; both are words of this program, never of a client.
struct OAuthErrorMetrics: Sendable {
    private struct Key: Hashable {
        let endpoint: String
        let code: String
    }

    private final class Counters: Sendable {
        let counters = Mutex<[Key: Counter]>([:])
    }

    private let counters = Counters()

    func count(_ code: String, at endpoint: String) {
        let counter = counters.counters.withLock { counters in
            let key = Key(endpoint: endpoint, code: code)
            if let found = counters[key] { return found }
            let new = Counter(
                label: "gatehouse_oauth_errors_total", dimensions: [("endpoint", endpoint), ("error", code)])
            counters[key] = new
            return new
        }
        counter.increment()
    }
}
