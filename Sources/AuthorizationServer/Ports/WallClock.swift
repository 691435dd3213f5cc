import Cryptography
public import OAuth

#if canImport(Glibc)
    import Glibc
#endif

/// Where the time comes from. Nothing but `.system` asks the machine.
public struct WallClock: Sendable {
    public let now: @Sendable () -> Timestamp

    public init(now: @escaping @Sendable () -> Timestamp) { self.now = now }

    public static let system = WallClock {
        var moment = timespec()
        clock_gettime(CLOCK_REALTIME, &moment)
        return Timestamp(seconds: Int64(moment.tv_sec))
    }

    /// How far the clocks of two nodes may be apart. What lies further ahead than it could was written before
    /// a clock was set back.
    public static let tolerance: Duration = .seconds(60)
}

/// Where codes, tokens and identifiers come from.
public struct TokenGenerator: Sendable {
    /// A fresh base64url text with `bytes` bytes of randomness.
    public let next: @Sendable (_ bytes: Int) -> String

    public init(next: @escaping @Sendable (_ bytes: Int) -> String) { self.next = next }

    public static let secure = TokenGenerator { SecureRandom.token(bytes: $0) }

    /// 256 bits: a code, a refresh token, a session, a client secret.
    func secret() -> Secret { Secret(next(32)) }
    /// 128 bits: the name of a thing.
    func identifier() -> String { next(16) }
}
