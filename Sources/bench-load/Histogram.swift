/// How often each latency was seen, in buckets a 32nd of their value wide, so that a long run needs no more memory
/// than a short one and a quantile is right within 3 %.
struct Histogram {
    private var counts = [Int](repeating: 0, count: 64 * 32)
    private(set) var total = 0
    private(set) var largest: UInt64 = 0

    mutating func record(nanoseconds: UInt64) {
        let value = max(nanoseconds, 32)
        let exponent = 63 - value.leadingZeroBitCount
        let fraction = Int(value >> UInt64(exponent - 5)) & 31
        counts[exponent * 32 + fraction] += 1
        total += 1
        largest = max(largest, nanoseconds)
    }

    /// The middle of the bucket that holds the quantile `q` (0 to 1), in nanoseconds; 0 when nothing was recorded.
    func quantile(_ q: Double) -> UInt64 {
        var left = Int((Double(total) * q).rounded(.up))
        for (index, count) in counts.enumerated() where count > 0 {
            left -= count
            if left <= 0 {
                let width = UInt64(1) << UInt64(index / 32 - 5)
                return UInt64(32 + index % 32) * width + width / 2
            }
        }
        return 0
    }
}
