import Metrics
import Synchronization

/// A count that only grows.
final class CounterCell: CounterHandler {
    private let count = Atomic<Int64>(0)

    var value: Int64 { count.load(ordering: .relaxed) }

    func increment(by amount: Int64) { if amount > 0 { count.wrappingAdd(amount, ordering: .relaxed) } }
    func reset() { count.store(0, ordering: .relaxed) }
}

/// A value that is set, or goes up and down.
final class GaugeCell: RecorderHandler, MeterHandler {
    private let bits = Atomic<UInt64>(Double.zero.bitPattern)

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
    func set(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func record(_ value: Int64) { set(Double(value)) }
    func decrement(by amount: Double) { increment(by: -amount) }

    func increment(by amount: Double) {
        var old = bits.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (isDone, current) = bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if isDone { return }
            old = current
        }
    }
}

/// How often values fell between fixed bounds, and their sum.
final class HistogramCell: TimerHandler, RecorderHandler {
    let buckets: Buckets
    private let counts = InlineArray<15, Atomic<UInt64>> { _ in Atomic(0) }
    private let total = Atomic<Int64>(0)

    init(_ buckets: Buckets) { self.buckets = buckets }

    func recordNanoseconds(_ duration: Int64) { record(duration) }
    func record(_ value: Double) { record(Int64(exactly: value.rounded()) ?? .max) }

    func record(_ value: Int64) {
        let value = max(0, value)
        var index = 0
        while index < buckets.bounds.count, value > buckets.bounds[index] { index += 1 }
        counts[index].wrappingAdd(1, ordering: .relaxed)
        total.wrappingAdd(value, ordering: .relaxed)
    }

    /// How many values there were up to each bound, the last being all of them.
    var cumulativeCounts: [UInt64] {
        var sum: UInt64 = 0
        return (0...buckets.bounds.count).map { index in
            sum &+= counts[index].load(ordering: .relaxed)
            return sum
        }
    }

    /// In the unit that is shown.
    var sum: Double { Double(total.load(ordering: .relaxed)) / buckets.scale }
}
