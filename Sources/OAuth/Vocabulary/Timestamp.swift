/// A moment in whole seconds since 1970-01-01T00:00:00Z, as in a JWT (RFC 7519 §2 `NumericDate`), so
/// that token, table and test agree.
public struct Timestamp: Hashable, Comparable, Sendable {
    public let seconds: Int64

    public init(seconds: Int64) { self.seconds = seconds }

    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.seconds < b.seconds }

    /// Saturates instead of overflowing, since lengths come from settings that people type.
    public static func + (moment: Timestamp, length: Duration) -> Timestamp {
        let (sum, overflow) = moment.seconds.addingReportingOverflow(length.components.seconds)
        return Timestamp(seconds: overflow ? (length < .zero ? .min : .max) : sum)
    }

    public static func - (moment: Timestamp, length: Duration) -> Timestamp { moment + (.zero - length) }

    /// How long `self` is after `earlier`; negative when it is before it.
    public static func - (moment: Timestamp, earlier: Timestamp) -> Duration {
        let (difference, overflow) = moment.seconds.subtractingReportingOverflow(earlier.seconds)
        return .seconds(overflow ? (moment < earlier ? Int64.min : Int64.max) / 2 : difference)
    }
}

extension Duration {
    /// Whole seconds, rounded down: what `expires_in` and `Max-Age` carry.
    public var wholeSeconds: Int64 { components.seconds }
    public static func minutes(_ count: Int64) -> Duration { .seconds(count * 60) }
    public static func hours(_ count: Int64) -> Duration { .seconds(count * 3_600) }
    public static func days(_ count: Int64) -> Duration { .seconds(count * 86_400) }
}
