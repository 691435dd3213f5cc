/// What to send, over how many connections and for how long: read from standard input as JSON.
///
/// There is no host: load goes to 127.0.0.1 and nowhere else.
struct Plan: Decodable, Sendable {
    /// Connection n goes to the n-th of these, wrapping around.
    var ports: [Int]
    var connections: Int
    /// Seconds of load that are not measured, then seconds that are.
    var warmUp: Double
    var duration: Double
    /// Values for `${name}` in the steps. Each pass takes the first of these that no other has, and puts it back
    /// at the end with what it captured. Without any, a connection keeps what it captures to itself.
    var turns: [[String: String]]
    /// Sent once on each connection before the clock starts, and again after a failure.
    var before: [Step]
    /// Sent in this order, over and over; one time through is a pass, and a pass is what is counted and timed.
    var steps: [Step]

    /// What makes this plan impossible or endless, if anything.
    var problem: String? {
        if ports.isEmpty || !ports.allSatisfy((1...65_535).contains) { return "ports are not 1 to 65535" }
        if !(1...1_024).contains(connections) { return "connections is not 1 to 1024" }
        if !(0...10).contains(warmUp) { return "warmUp is not 0 to 10 seconds" }
        if !(0.1...120).contains(duration) { return "duration is not 0.1 to 120 seconds" }
        if steps.isEmpty { return "there are no steps" }
        if !turns.isEmpty, turns.count < connections { return "there are fewer turns than connections" }
        if !turns.isEmpty, !before.isEmpty { return "steps before do not go with turns" }
        return nil
    }
}

/// One request and what its answer must be.
struct Step: Decodable, Sendable {
    var method: String
    var path: String
    var headers: [String: String]
    var body: String
    /// The status that counts as success; every other is a failure.
    var expect: Int
    /// Variables to take from the answer (head or body): each is what follows this text, up to a delimiter.
    var capture: [String: String]
}
