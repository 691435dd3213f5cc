/// What is measured under one name, as it is told to Prometheus.
struct MetricFamily: Sendable {
    enum Kind: Sendable, Equatable {
        case counter, gauge
        case histogram(Buckets)

        var word: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    let name: String
    let kind: Kind
    /// One sentence for whoever reads a dashboard.
    let help: String

    init(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        self.kind = kind
        self.help = help
    }
}

/// Upper bounds of a histogram's buckets, inclusive and ascending; what is above them is in `+Inf`.
struct Buckets: Sendable, Equatable {
    /// At most this many, so that a histogram is one piece of memory.
    static let most = 14

    /// In the unit that is recorded.
    let bounds: [Int64]
    /// How many of the recorded unit make one of the unit that is shown.
    let scale: Double

    private init(_ bounds: [Int64], scale: Double) {
        self.bounds = Array(bounds.prefix(Self.most))
        self.scale = scale
    }

    /// Half a millisecond to ten seconds; recorded in nanoseconds, shown in seconds.
    static let seconds = Buckets(
        [
            500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
            5_000_000,
            10_000_000,
        ].map { $0 * 1_000 }, scale: 1_000_000_000)

    /// 1 to 512, doubling.
    static let numbers = Buckets((0..<10).map { 1 << $0 }, scale: 1)
}
