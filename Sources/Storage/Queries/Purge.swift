import AuthorizationServer
public import OAuth

extension SQLStore {
    public func purge(endedBefore now: Timestamp, limit: Int64) async throws -> Int {
        var unit = [
            ("session", "digest"), ("authorization_code", "digest"), ("refresh_token", "digest"),
            ("revoked_token", "token_id"), ("throttle", "subject"), ("setup_link", "digest"),
        ].map { table, key in
            Statement(
                """
                DELETE FROM \(table) WHERE \(key) IN (
                    SELECT \(key) FROM \(table) WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)
                RETURNING 1
                """, .moment(now), .integer(limit))
        }
        let due = "(SELECT id FROM client_grant WHERE purge_at < $1 ORDER BY purge_at LIMIT $2)"
        unit += [
            // A grant that still has a refresh token is looked at again when that one has ended,
            Statement(
                """
                UPDATE client_grant SET purge_at = 86400 + (
                    SELECT MAX(expires_at) FROM refresh_token WHERE grant_id = client_grant.id)
                WHERE id IN \(due) AND EXISTS (
                    SELECT 1 FROM refresh_token WHERE grant_id = client_grant.id AND expires_at >= $1)
                RETURNING 1
                """, .moment(now), .integer(limit)),
            // and one that has none goes. It is asked again: now that those are out of the way, others are due.
            Statement(
                """
                DELETE FROM client_grant WHERE id IN \(due) AND NOT EXISTS (
                    SELECT 1 FROM refresh_token WHERE grant_id = client_grant.id AND expires_at >= $1)
                RETURNING 1
                """, .moment(now), .integer(limit)),
            Statement(
                "DELETE FROM signing_key WHERE retires_at IS NOT NULL AND retires_at < $1 RETURNING 1", .moment(now)),
            // Events are kept for a year.
            Statement(
                """
                DELETE FROM event WHERE id IN (SELECT id FROM event WHERE at < $1 ORDER BY at LIMIT $2) RETURNING 1
                """, .moment(now - .days(365)), .integer(limit)),
        ]
        return try await database.write(unit).map(\.count).reduce(0, +)
    }
}
