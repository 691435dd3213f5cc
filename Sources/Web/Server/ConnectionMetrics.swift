import HTTPTypes
import Metrics

/// Counts a port's connections, and what comes over them that is no request.
struct ConnectionMetrics: Sendable {
    let open = Gauge(label: "gatehouse_connections_open")
    let accepted = Counter(label: "gatehouse_connections_accepted_total")
    let refused = Counter(label: "gatehouse_connections_refused_total")
    private let malformed = Dictionary(
        uniqueKeysWithValues: [
            HTTPResponse.Status.badRequest, .requestTimeout, .uriTooLong, .requestHeaderFieldsTooLarge,
        ].map {
            ($0.code, Counter(label: "gatehouse_http_requests_malformed_total", dimensions: [("status", "\($0.code)")]))
        })

    func countMalformed(_ status: HTTPResponse.Status) { malformed[status.code]?.increment() }
}
