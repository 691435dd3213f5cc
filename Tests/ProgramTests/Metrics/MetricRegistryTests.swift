import Foundation
import Metrics
import Testing

@testable import gatehouse

@Suite("Prometheus text format 0.0.4")
struct MetricRegistryTests {
    private static let families = [
        MetricFamily("requests_total", .counter, "Requests."),
        MetricFamily("waiting", .gauge, "What \\ waits\nnow."),
        MetricFamily("run_seconds", .histogram(.seconds), "Time."),
        MetricFamily("units", .histogram(.numbers), "Units."),
    ]
    private let registry = MetricRegistry(Self.families, limit: 3)

    @Test func `a counter is shown with its help, type and labels in order`() {
        counter([("method", "GET"), ("endpoint", "/a")]).increment(by: 3)
        counter([("method", "GET"), ("endpoint", "/b")]).increment()

        #expect(
            registry.exposition() == """
                # HELP requests_total Requests.
                # TYPE requests_total counter
                requests_total{endpoint="/a",method="GET"} 3
                requests_total{endpoint="/b",method="GET"} 1

                """)
    }

    @Test func `the same labels in another order are the same counter`() {
        counter([("a", "1"), ("b", "2")]).increment()
        counter([("b", "2"), ("a", "1")]).increment()

        #expect(registry.exposition().contains("requests_total{a=\"1\",b=\"2\"} 2\n"))
    }

    @Test func `help and label values are escaped, names made valid`() {
        counter([("a-b", "say \"hi\" \\ \n")]).increment()
        Gauge(label: "waiting", dimensions: [], factory: registry).record(1)

        let text = registry.exposition()
        #expect(text.contains(#"requests_total{a_b="say \"hi\" \\ \n"} 1"# + "\n"))
        #expect(text.contains(#"# HELP waiting What \\ waits\nnow."# + "\n"))
    }

    @Test func `a histogram counts up to each bound, and all`() {
        let timer = Metrics.Timer(label: "run_seconds", dimensions: [("lane", "read")], factory: registry)
        timer.recordNanoseconds(500_000)
        timer.recordNanoseconds(500_001)
        timer.recordNanoseconds(2_000_000_000)
        timer.recordNanoseconds(60_000_000_000)
        timer.recordNanoseconds(-1)

        let lines = registry.exposition().split(separator: "\n").map(String.init)
        #expect(lines.count == 2 + 15 + 2)
        for line in [
            "# TYPE run_seconds histogram", #"run_seconds_bucket{lane="read",le="0.0005"} 2"#,
            #"run_seconds_bucket{lane="read",le="0.001"} 3"#, #"run_seconds_bucket{lane="read",le="1"} 3"#,
            #"run_seconds_bucket{lane="read",le="2.5"} 4"#, #"run_seconds_bucket{lane="read",le="10"} 4"#,
            #"run_seconds_bucket{lane="read",le="+Inf"} 5"#, #"run_seconds_sum{lane="read"} 62.001000001"#,
            #"run_seconds_count{lane="read"} 5"#,
        ] {
            #expect(lines.contains(line), "\(line)")
        }
    }

    @Test func `a histogram of numbers has bounds of its own, and no labels where it has none`() {
        let recorder = Recorder(label: "units", dimensions: [], aggregate: true, factory: registry)
        for value in [1, 2, 3, 1_000] { recorder.record(value) }

        let text = registry.exposition()
        #expect(text.contains("units_bucket{le=\"1\"} 1\n"))
        #expect(text.contains("units_bucket{le=\"4\"} 3\n"))
        #expect(text.contains("units_bucket{le=\"512\"} 3\n"))
        #expect(text.contains("units_bucket{le=\"+Inf\"} 4\nunits_sum 1006\nunits_count 4\n"))
    }

    @Test func `a gauge is set and goes up and down`() {
        let meter = Meter(label: "waiting", dimensions: [], factory: registry)
        meter.increment(by: 2.5)
        meter.decrement()
        #expect(registry.exposition().contains("waiting 1.5\n"))

        meter.set(7)
        #expect(registry.exposition().contains("waiting 7\n"))
    }

    @Test func `numbers that are none are written as Prometheus reads them`() {
        #expect([Double.infinity, -.infinity, .nan].map(Exposition.number) == ["+Inf", "-Inf", "NaN"])
        #expect([0, 1, 1.5, 0.00001, 1e300].map(Exposition.number) == ["0", "1", "1.5", "1e-05", "1e+300"])
    }

    @Test func `nothing is lost when many count at once`() async {
        let counter = counter([])
        let meter = Meter(label: "waiting", dimensions: [], factory: registry)
        let timer = Metrics.Timer(label: "run_seconds", dimensions: [], factory: registry)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 {
                        counter.increment()
                        meter.increment()
                        timer.recordNanoseconds(1_000_000)
                    }
                }
            }
        }

        let text = registry.exposition()
        #expect(text.contains("requests_total 8000\n"))
        #expect(text.contains("waiting 8000\n"))
        #expect(text.contains("run_seconds_count 8000\n"))
        #expect(text.contains("run_seconds_sum 8\n"))
    }

    @Test func `what is not in the catalogue, or beyond a family's label sets, is not kept`() {
        Counter(label: "somebody.elses", dimensions: [], factory: registry).increment()
        Counter(label: "waiting", dimensions: [], factory: registry).increment()
        for index in 1...10 { counter([("endpoint", "\(index)")]).increment() }

        let text = registry.exposition()
        #expect(!text.contains("elses"))
        #expect(!text.contains("waiting"))
        #expect(text.split(separator: "\n").filter { $0.hasPrefix("requests_total{") }.count == 3)
        // Those that are kept go on.
        counter([("endpoint", "1")]).increment()
        #expect(registry.exposition().contains("requests_total{endpoint=\"1\"} 2\n"))
    }

    @Test func `what is looked up stands beside what is recorded`() {
        let text = registry.exposition(adding: [
            MetricSample("waiting", labels: [("lane", "x")], 2), MetricSample("nobody_knows", 1),
        ])

        #expect(text.hasSuffix("# TYPE waiting gauge\nwaiting{lane=\"x\"} 2\n"))
        #expect(!text.contains("nobody"))
    }

    @Test func `every name is valid, once, in base units and explained in the manual`() throws {
        let names = MetricCatalogue.families.map(\.name)
        let manual = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(
                path: "../../../docs/operations.md"), encoding: .utf8)

        #expect(Set(names).count == names.count)
        for family in MetricCatalogue.families {
            #expect(family.name.wholeMatch(of: /(gatehouse|process)_[a-z_]+/) != nil, "\(family.name)")
            #expect(family.kind != .counter || family.name.hasSuffix("_total"), "\(family.name)")
            #expect(manual.contains("| `\(family.name)` |"), "\(family.name)")
            #expect(!family.help.isEmpty)
        }
    }

    private func counter(_ labels: [(String, String)]) -> Counter {
        Counter(label: "requests_total", dimensions: labels, factory: registry)
    }
}
