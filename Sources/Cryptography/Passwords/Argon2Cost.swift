/// What one argon2id hash costs (RFC 9106 §3.1).
///
/// The lower limits are libargon2's. The upper ones are narrower than its own: a digest from the database that asks for
/// more is not recognised, so that nobody who can write one can stall the server.
public struct Argon2Cost: Sendable, Hashable {
    /// At least 8 for each lane, at most 4 GiB.
    public var memoryKiB: UInt32
    /// Passes over the memory, 1 to 1,000.
    public var iterations: UInt32
    /// Lanes, and threads while hashing, 1 to 64.
    public var parallelism: UInt32

    /// 19 MiB, two passes, one lane: the least that OWASP recommends.
    public static let standard = Argon2Cost(memoryKiB: 19 * 1024, iterations: 2, parallelism: 1)

    /// Takes the nearest legal value for each that is not.
    public init(memoryKiB: UInt32, iterations: UInt32, parallelism: UInt32) {
        self.parallelism = min(max(parallelism, 1), 64)
        self.iterations = min(max(iterations, 1), 1_000)
        self.memoryKiB = min(max(memoryKiB, 8 * self.parallelism), 4 << 20)
    }

    /// The same after an assignment to a property that made it illegal.
    var clamped: Argon2Cost {
        Argon2Cost(memoryKiB: memoryKiB, iterations: iterations, parallelism: parallelism)
    }
}
