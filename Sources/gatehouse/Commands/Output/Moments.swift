import Foundation
import OAuth

extension Timestamp {
    /// `2026-01-31T12:00:00Z`; a moment outside the years that people write, as its number of seconds.
    var utc: String {
        // The last second of the year 9999.
        guard (0...253_402_300_799).contains(seconds) else { return String(seconds) }
        return Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }

    /// `in 5 min`, `3 h ago` or `now`.
    func distance(from now: Timestamp) -> String {
        let seconds = (self - now).wholeSeconds
        let length = seconds.magnitude
        if length == 0 { return "now" }
        let text =
            switch length {
            case ..<120: "\(length) s"
            case ..<7_200: "\(length / 60) min"
            case ..<172_800: "\(length / 3_600) h"
            default: "\(length / 86_400) days"
            }
        return seconds < 0 ? "\(text) ago" : "in \(text)"
    }
}
