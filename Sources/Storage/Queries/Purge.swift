import AuthorizationServer
public import OAuth

extension SQLStore {
    public func purge(endedBefore now: Timestamp, limit: Int64) async throws -> Int {
        var count = 0
        // A unit each, so that no lock is held for longer than one batch takes, and none while waiting for one
        // in another table.
        for statement in Self.purging(endedBefore: now, limit: limit) {
            count += try await database.write([statement], alone: true).first?.count ?? 0
        }
        return count
    }

    /// Each finds its rows by an index, and asks of the row itself again, once it is locked: somebody may have
    /// renewed it. The `+` keeps the planner from looking there first.
    static func purging(endedBefore now: Timestamp, limit: Int64) -> [Statement] {
        let ended = [
            ("session", "digest", ""), ("authorization_code", "digest", ""), ("refresh_token", "digest", ""),
            // Whoever books an attempt locks a source, then an account: never both kinds here.
            ("throttle", "subject", "AND subject LIKE 'source:%'"),
            ("throttle", "subject", "AND subject LIKE 'account:%'"),
            ("setup_link", "digest", ""),
        ].map { table, key, condition in
            Self.deletion(from: table, key, "expires_at", condition, before: now, limit)
        }
        let due = "(SELECT id FROM client_grant WHERE purge_at < $1 ORDER BY purge_at LIMIT $2)"
        // An hour ago counts as living: a node whose clock is behind may be rotating the last one just now.
        let living = "(SELECT 1 FROM refresh_token WHERE grant_id = client_grant.id AND expires_at >= $3)"
        let moments: [SQLValue] = [.moment(now), .integer(limit), .moment(now - .hours(1))]
        return ended + [
            // What is not there is in force: a clock that ran ahead for an hour must not have done harm.
            Self.deletion(from: "revoked_token", "token_id", "expires_at", "", before: now - .days(1), limit),
            // A grant that still has a refresh token is looked at again when that one has ended,
            Statement(
                """
                UPDATE client_grant SET purge_at = 86400 + (
                    SELECT MAX(expires_at) FROM refresh_token WHERE grant_id = client_grant.id)
                WHERE id IN \(due) AND +purge_at < $1 AND EXISTS \(living)
                RETURNING 1
                """, moments),
            // and one that has none goes. It is asked again: now that those are out of the way, others are due.
            Statement(
                """
                DELETE FROM client_grant WHERE id IN \(due) AND +purge_at < $1 AND NOT EXISTS \(living)
                RETURNING 1
                """, moments),
            // Few a domain.
            Statement(
                "DELETE FROM signing_key WHERE retires_at IS NOT NULL AND retires_at < $1 RETURNING 1", .moment(now)),
            // Events are kept for a year.
            Self.deletion(from: "event", "id", "at", "", before: now - .days(365), limit),
        ]
    }

    private static func deletion(
        from table: String, _ key: String, _ moment: String, _ condition: String, before end: Timestamp, _ limit: Int64
    ) -> Statement {
        Statement(
            """
            DELETE FROM \(table) WHERE \(key) IN (
                SELECT \(key) FROM \(table) WHERE \(moment) < $1 \(condition) ORDER BY \(moment) LIMIT $2)
                AND +\(moment) < $1
            RETURNING 1
            """, .moment(end), .integer(limit))
    }
}
