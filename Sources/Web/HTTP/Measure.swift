import HTTPTypes
public import Hummingbird
import Metrics
import Synchronization

/// Counts every request by its route, never by the path that a client made up, and times it.
public struct Measure: RouterMiddleware {
    private let metrics = RequestMetrics()

    public init() {}

    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let begunAt = ContinuousClock.now
        metrics.inFlight.increment()
        defer { metrics.inFlight.decrement() }
        let response = try await next(request, context)
        metrics.count(
            endpoint: context.endpoint, method: request.method, status: response.status,
            taking: ContinuousClock.now - begunAt)
        return response
    }
}

extension Context {
    /// The route's pattern; `other` when nobody serves the address.
    var endpoint: String {
        guard let path = endpointPath, path != "NotFound" else { return "other" }
        return path
    }
}

/// The handles for what requests are counted by, each made at its first use.
private final class RequestMetrics: Sendable {
    private struct Endpoint {
        let time: Timer
        /// By method and status.
        var requests: [Int: Counter] = [:]
    }

    let inFlight = Meter(label: "gatehouse_http_requests_in_flight")
    private let endpoints = Mutex<[String: Endpoint]>([:])

    func count(endpoint: String, method: HTTPRequest.Method, status: HTTPResponse.Status, taking time: Duration) {
        let method = Self.methods.firstIndex { $0 == method } ?? Self.methods.count
        let (timer, requests) = endpoints.withLock { endpoints in
            let key = status.code * 16 + method
            if let found = endpoints[endpoint], let requests = found.requests[key] { return (found.time, requests) }
            return Self.add(key, method, status, to: &endpoints, at: endpoint)
        }
        requests.increment()
        timer.record(duration: time)
    }

    private static func add(
        _ key: Int, _ method: Int, _ status: HTTPResponse.Status, to endpoints: inout [String: Endpoint],
        at endpoint: String
    ) -> (Timer, Counter) {
        let time =
            endpoints[endpoint]?.time
            ?? Timer(label: "gatehouse_http_request_seconds", dimensions: [("endpoint", endpoint)])
        let requests = Counter(
            label: "gatehouse_http_requests_total",
            dimensions: [
                ("endpoint", endpoint), ("method", method < methods.count ? methods[method].rawValue : "other"),
                ("status", "\(status.code)"),
            ])
        endpoints[endpoint, default: Endpoint(time: time)].requests[key] = requests
        return (time, requests)
    }

    /// A client may make up methods, but not labels.
    private static let methods: [HTTPRequest.Method] = [.get, .post, .head, .put, .patch, .delete, .options]
}
