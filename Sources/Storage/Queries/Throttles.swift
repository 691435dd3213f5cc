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
        let answers = try await database.write([
            Statement(
                """
                INSERT INTO throttle (subject, failures, since, blocked_until, booking, expires_at)
                VALUES ($1, 1, $2, 0, $3, $2 + \(Self.sourceWindow))
                ON CONFLICT (subject) DO UPDATE SET
                    failures = CASE WHEN throttle.since + \(Self.sourceWindow) <= $2 THEN 1
                        ELSE throttle.failures + 1 END,
                    since = CASE WHEN throttle.since + \(Self.sourceWindow) <= $2 THEN $2 ELSE throttle.since END,
                    booking = excluded.booking, expires_at = excluded.expires_at
                WHERE throttle.since + \(Self.sourceWindow) <= $2 OR throttle.failures < $4
                RETURNING failures
                """, source, .moment(now), .text(booking), .integer(limit)),
            // A source that is refused must not lock somebody's account: hence the mark.
            Statement(
                """
                INSERT INTO throttle (subject, failures, since, blocked_until, booking, expires_at)
                SELECT $1, 1, $2, 0, $3, $2 + \(Self.accountWindow)
                WHERE EXISTS (SELECT 1 FROM throttle WHERE subject = $4 AND booking = $3)
                ON CONFLICT (subject) DO UPDATE SET
                    failures = CASE WHEN throttle.since + \(Self.accountWindow) <= $2 THEN 1
                        ELSE throttle.failures + 1 END,
                    blocked_until = CASE WHEN throttle.since + \(Self.accountWindow) <= $2 THEN 0
                        ELSE $2 + \(Self.delay) END,
                    since = CASE WHEN throttle.since + \(Self.accountWindow) <= $2 THEN $2 ELSE throttle.since END,
                    booking = excluded.booking, expires_at = excluded.expires_at
                WHERE throttle.blocked_until <= $2
                RETURNING failures
                """, account, .moment(now), .text(booking), source),
        ])
        if answers.last?.isEmpty == false { return .allowed }
        return .refused(until: try await end(of: account, source, isSource: answers.first?.isEmpty ?? true, at: now))
    }

    /// How long an account waits after its n-th failure, n being one more than the row says: nothing up to
    /// the fourth, then 1 s, 2 s, 4 s … a minute at most; from the fiftieth a quarter of an hour, from the
    /// hundredth a day (NIST SP 800-63B §3.2.2).
    private static let delay = """
        CASE WHEN throttle.failures >= 99 THEN 86400 WHEN throttle.failures >= 49 THEN 900
            WHEN throttle.failures >= 10 THEN 60 WHEN throttle.failures = 9 THEN 32 WHEN throttle.failures = 8 THEN 16
            WHEN throttle.failures = 7 THEN 8 WHEN throttle.failures = 6 THEN 4 WHEN throttle.failures = 5 THEN 2
            WHEN throttle.failures = 4 THEN 1 ELSE 0 END
        """

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
        _ = try await database.write([
            Self.takingBackOne(of: Self.source(attempt)),
            Statement("DELETE FROM throttle WHERE subject = $1", Self.account(attempt)),
        ])
    }

    public func withdraw(_ attempt: SignInAttempt) async throws {
        _ = try await database.write([
            Self.takingBackOne(of: Self.source(attempt)), Self.takingBackOne(of: Self.account(attempt)),
        ])
    }

    private static func takingBackOne(of subject: SQLValue) -> Statement {
        Statement(
            "UPDATE throttle SET failures = failures - 1, blocked_until = 0 WHERE subject = $1 AND failures > 0",
            subject)
    }

    private static func account(_ attempt: SignInAttempt) -> SQLValue { .text("account:\(attempt.account)") }
    private static func source(_ attempt: SignInAttempt) -> SQLValue { .text("source:\(attempt.source)") }
}
