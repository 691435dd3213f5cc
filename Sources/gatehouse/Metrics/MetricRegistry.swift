import Metrics
import Synchronization

/// Where everything that is measured is kept: the backend of swift-metrics.
///
/// What has no family in the catalogue is not kept, so that a library's own names do not appear unexplained;
/// nor is more than a family's share of label sets, so that memory stays bounded whatever is counted.
final class MetricRegistry: MetricsFactory {
    private enum Cell: Sendable {
        case counter(CounterCell)
        case gauge(GaugeCell)
        case histogram(HistogramCell)
    }

    private struct Series: Sendable {
        let labels: String
        let cell: Cell
    }

    private let families: [String: MetricFamily]
    private let limit: Int
    private let series = Mutex<[String: [String: Cell]]>([:])

    /// - Parameter limit: label sets of one family.
    init(_ families: [MetricFamily] = MetricCatalogue.families, limit: Int = 2_048) {
        self.families = Dictionary(families.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.limit = limit
    }

    // MARK: What swift-metrics asks for

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        if case .counter(let cell) = cell(label, dimensions, "counter") { return cell }
        return NOOPMetricsHandler.instance
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        if case .gauge(let cell) = cell(label, dimensions, "gauge") { return cell }
        return NOOPMetricsHandler.instance
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        switch cell(label, dimensions, aggregate ? "histogram" : "gauge") {
        case .gauge(let cell): cell
        case .histogram(let cell): cell
        case .counter, nil: NOOPMetricsHandler.instance
        }
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        if case .histogram(let cell) = cell(label, dimensions, "histogram") { return cell }
        return NOOPMetricsHandler.instance
    }

    // A handle that is let go keeps its count: a counter that goes back to zero would look like a restart.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    /// The one cell of that name and these labels; `nil` when it is not kept.
    private func cell(_ name: String, _ dimensions: [(String, String)], _ kind: String) -> Cell? {
        guard let family = families[name], family.kind.word == kind else { return nil }
        let labels = Exposition.labels(dimensions)
        return series.withLock { series in
            if let cell = series[name]?[labels] { return cell }
            guard series[name, default: [:]].count < limit else { return nil }
            let cell: Cell =
                switch family.kind {
                case .counter: .counter(CounterCell())
                case .gauge: .gauge(GaugeCell())
                case .histogram(let buckets): .histogram(HistogramCell(buckets))
                }
            series[name, default: [:]][labels] = cell
            return cell
        }
    }

    // MARK: What Prometheus reads

    /// Everything that has been recorded, and what was looked up for this scrape, by name and labels.
    func exposition(adding polled: [MetricSample] = []) -> String {
        var exposition = Exposition()
        let series = series.withLock { $0 }
        let samples = Dictionary(grouping: polled, by: \.name)
        for family in families.values.sorted(by: { $0.name < $1.name }) {
            let cells = (series[family.name] ?? [:]).map { Series(labels: $0.key, cell: $0.value) }
            let found = samples[family.name] ?? []
            guard !cells.isEmpty || !found.isEmpty else { continue }
            exposition.begin(family)
            for series in cells.sorted(by: { $0.labels < $1.labels }) {
                switch series.cell {
                case .counter(let cell): exposition.sample(family.name, series.labels, "\(cell.value)")
                case .gauge(let cell): exposition.sample(family.name, series.labels, Exposition.number(cell.value))
                case .histogram(let cell): exposition.histogram(family.name, series.labels, cell)
                }
            }
            for sample in found {
                exposition.sample(
                    family.name, Exposition.labels(sample.labels), Exposition.number(sample.value))
            }
        }
        return exposition.text
    }
}

/// A value that nobody records, and that is looked up when it is asked for.
struct MetricSample: Sendable {
    let name: String
    let labels: [(String, String)]
    let value: Double

    init(_ name: String, labels: [(String, String)] = [], _ value: Double) {
        self.name = name
        self.labels = labels
        self.value = value
    }
}
