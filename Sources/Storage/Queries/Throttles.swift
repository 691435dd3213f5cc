public import AuthorizationServer
public import OAuth

extension SQLStore {
    /// An account's failures count for a day, a source's for ten minutes.
    private static let accountWindow: Int64 = 86_400
    private static let sourceWindow: Int64 = 600

    public func book(_ attempt: SignInAttempt, at now: Timestamp) async throws -> Booking {
        let booking = generate.next(9)
        let source = Self.source(attempt)
        let account = Self.account(attempt)
        let limit = attempt.sourceLimit > 0 ? attempt.sourceLimit : Int64.max
        let answers = try await database.write(
            [
                Statement(
                    """
                    INSERT INTO throttle (subject, failures, since, blocked_until, booking, expires_at)
                    VALUES ($1, 1, $2::bigint, 0, $3, $2::bigint + \(Self.sourceWindow))
                    ON CONFLICT (subject) DO UPDATE SET
                        failures = CASE WHEN \(Self.isSourceOver) THEN 1 ELSE throttle.failures + 1 END,
                        since = CASE WHEN \(Self.isSourceOver) THEN $2::bigint ELSE throttle.since END,
                        booking = excluded.booking, expires_at = excluded.expires_at
                    WHERE \(Self.isSourceOver) OR throttle.failures < $4
                    RETURNING failures
                    """, source, .moment(now), .text(booking), .integer(limit)),
                // A source that is refused must not lock somebody's account: hence the mark.
                Statement(
                    """
                    INSERT INTO throttle (subject, failures, since, blocked_until, booking, expires_at)
                    SELECT $1, 1, $2::bigint, 0, $3, $2::bigint + \(Self.accountWindow)
                    WHERE EXISTS (SELECT 1 FROM throttle WHERE subject = $4 AND booking = $3)
                    ON CONFLICT (subject) DO UPDATE SET
                        failures = CASE WHEN \(Self.isAccountOver) THEN 1 ELSE throttle.failures + 1 END,
                        blocked_until = CASE WHEN \(Self.isAccountOver) THEN 0
                            ELSE $2::bigint + \(Self.delay(after: "throttle.failures")) END,
                        since = CASE WHEN \(Self.isAccountOver) OR throttle.since > $2::bigint THEN $2::bigint
                            ELSE throttle.since END,
                        booking = excluded.booking, expires_at = excluded.expires_at
                    WHERE throttle.blocked_until <= $2::bigint
                        OR throttle.blocked_until > $2::bigint + \(Self.tolerance)
                            + \(Self.delay(after: "throttle.failures - 1"))
                    RETURNING failures
                    """, account, .moment(now), .text(booking), source),
            ], alone: true)
        if answers.last?.isEmpty == false { return .allowed }
        return .refused(until: try await end(of: account, source, isSource: answers.first?.isEmpty ?? true, at: now))
    }

    private static let tolerance = WallClock.tolerance.wholeSeconds

    /// Whether a count starts anew. A source's does too when the clock was set back, and no wait is longer
    /// after that than it was to be: an account that is blocked for longer may try.
    private static let isSourceOver = """
        (throttle.since + \(sourceWindow) <= $2::bigint OR throttle.since > $2::bigint + \(tolerance))
        """
    private static let isAccountOver = "throttle.since + \(accountWindow) <= $2::bigint"

    /// How long an account waits after its n-th failure, n being one more than the row said: nothing up to
    /// the fourth, then 1 s, 2 s, 4 s … a minute at most; from the fiftieth a quarter of an hour, from the
    /// hundredth a day (NIST SP 800-63B §3.2.2).
    private static func delay(after failures: String) -> String {
        """
        CASE WHEN \(failures) >= 99 THEN 86400 WHEN \(failures) >= 49 THEN 900
            WHEN \(failures) >= 10 THEN 60 WHEN \(failures) = 9 THEN 32 WHEN \(failures) = 8 THEN 16
            WHEN \(failures) = 7 THEN 8 WHEN \(failures) = 6 THEN 4 WHEN \(failures) = 5 THEN 2
            WHEN \(failures) = 4 THEN 1 ELSE 0 END
        """
    }

    private func end(of account: SQLValue, _ source: SQLValue, isSource: Bool, at now: Timestamp) async throws
        -> Timestamp
    {
        let rows = try await database.rows(
            Statement("SELECT since, blocked_until FROM throttle WHERE subject = $1", isSource ? source : account))
        guard var row = rows.first?.reader() else { return now }
        let since = try row.moment()
        let blockedUntil = try row.moment()
        return isSource ? since + .seconds(Self.sourceWindow) : blockedUntil
    }

    public func release(_ attempt: SignInAttempt) async throws {
        _ = try await database.write(
            [
                Self.takingBackOne(of: Self.source(attempt)),
                Statement("DELETE FROM throttle WHERE subject = $1", Self.account(attempt)),
            ], alone: true)
    }

    public func withdraw(_ attempt: SignInAttempt) async throws {
        _ = try await database.write(
            [Self.takingBackOne(of: Self.source(attempt)), Self.takingBackOne(of: Self.account(attempt))], alone: true)
    }

    private static func takingBackOne(of subject: SQLValue) -> Statement {
        Statement(
            "UPDATE throttle SET failures = failures - 1, blocked_until = 0 WHERE subject = $1 AND failures > 0",
            subject)
    }

    private static func account(_ attempt: SignInAttempt) -> SQLValue { .text("account:\(attempt.account)") }
    private static func source(_ attempt: SignInAttempt) -> SQLValue { .text("source:\(attempt.source)") }
}
