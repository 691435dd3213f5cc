public import AuthorizationServer
public import OAuth
import Synchronization

/// A clock that stands still until a test moves it.
public final class TestClock: Sendable {
    private let time: Mutex<Timestamp>

    public init(_ start: Timestamp = Timestamp(seconds: 1_750_000_000)) { time = Mutex(start) }

    public var wall: WallClock { WallClock { self.now } }
    public var now: Timestamp { time.withLock { $0 } }
    public func advance(by length: Duration) { time.withLock { $0 = $0 + length } }
}

extension TokenGenerator {
    /// `token-1`, `token-2`, … so that a test can name what it expects.
    public static func sequential() -> TokenGenerator {
        let count = Counter()
        return TokenGenerator { _ in "token-\(count.next())" }
    }
}

private final class Counter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
