import Metrics

/// Counts how sign-ins end.
struct SignInMetrics: Sendable {
    private let ok = Self.counter("ok")
    private let refused = Self.counter("refused")
    private let throttled = Self.counter("throttled")
    private let overloaded = Self.counter("overloaded")

    func countSuccess() { ok.increment() }

    /// What is neither of these is the store's failure, and counted there.
    func count(_ error: any Error) {
        switch error {
        case SignInFailure.refused: refused.increment()
        case SignInFailure.throttled: throttled.increment()
        case StoreError.overloaded: overloaded.increment()
        default: break
        }
    }

    private static func counter(_ outcome: String) -> Counter {
        Counter(label: "gatehouse_sign_ins_total", dimensions: [("outcome", outcome)])
    }
}
