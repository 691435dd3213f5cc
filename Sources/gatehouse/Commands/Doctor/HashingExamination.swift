import Cryptography

/// How long one password takes on this machine, and a cost that takes about as long as people don't notice.
func examineHashing(_ configuration: Configuration) -> Finding {
    let cost = configuration.argon2
    let start = ContinuousClock.now
    // Three of them: the first one pays for fresh memory.
    for _ in 0..<3 { _ = try? PasswordDigest.make("a password to measure with", cost: cost) }
    let length = (ContinuousClock.now - start) / 3
    let milliseconds = max(1, length / .milliseconds(1))
    let found =
        "\(Int(milliseconds.rounded())) ms per password at \(cost.memoryKiB / 1_024) MiB, \(cost.iterations) passes"

    if cost.memoryKiB < Argon2Cost.standard.memoryKiB || cost.iterations < Argon2Cost.standard.iterations {
        return Finding(
            "passwords", .doubtful, "\(found): less than OWASP asks for. Set argon2-memory 19, argon2-iterations 2.")
    }
    if milliseconds > 500 {
        return Finding("passwords", .doubtful, "\(found): people wait. Try argon2-memory 19, argon2-iterations 2.")
    }
    // Time grows as memory does. 100 ms is what nobody notices; 256 MiB is what a small host can spare.
    let affordable = min(256, Int(Double(cost.memoryKiB / 1_024) * 100 / milliseconds))
    guard affordable > Int(cost.memoryKiB / 1_024) else { return Finding("passwords", .good, found) }
    return Finding("passwords", .good, "\(found); argon2-memory \(affordable) would take some 100 ms")
}
