/// What a run saw: printed as JSON.
struct Report: Encodable, Sendable {
    /// Passes that ended while the clock ran, and all of them, warm-up included.
    var passes = 0
    var allPasses = 0
    /// How long the clock ran.
    var seconds = 0.0
    /// Of a pass, in microseconds.
    var p50 = 0.0
    var p99 = 0.0
    var max = 0.0
    /// The plan's turns as they are now, for a run that goes on from here.
    var turns: [[String: String]] = []
    /// How often each thing went wrong: a status that was not expected, a lost connection, a value that was missing.
    var failures: [String: Int] = [:]
    /// The first of them in full.
    var firstFailure: String?
}
