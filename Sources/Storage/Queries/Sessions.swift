public import AuthorizationServer
public import OAuth

extension SQLStore {
    public func start(_ session: Session, recording event: Event) async throws {
        _ = try await database.write([
            Statement(
                """
                INSERT INTO session (digest, domain_id, user_id, authenticated_at, expires_at, user_agent, address)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                """,
                .text(session.digest), .id(session.domain), .id(session.user), .moment(session.authenticatedAt),
                .moment(session.expiresAt), .text(session.userAgent), .text(session.address)),
            Statement(
                "UPDATE user_account SET login_count = login_count + 1, last_login = $2 WHERE id = $1",
                .id(session.user), .moment(session.authenticatedAt)),
            insertion(of: event),
        ])
    }

    public func session(digest: String, at now: Timestamp) async throws -> (session: Session, user: User)? {
        try await first(
            """
            SELECT session.digest, session.domain_id, session.user_id, session.authenticated_at, session.expires_at,
                session.user_agent, session.address, \(Self.userColumns)
            FROM session JOIN user_account ON user_account.id = session.user_id
            WHERE session.digest = $1 AND session.expires_at > $2
            """, .text(digest), .moment(now)
        ) { row in
            var row = row.reader()
            let session = Session(
                digest: try row.text(), domain: try row.id(), user: try row.id(), authenticatedAt: try row.moment(),
                expiresAt: try row.moment(), userAgent: try row.text(), address: try row.text())
            return (session, try Self.user(&row))
        }
    }

    public func end(session digest: String) async throws {
        _ = try await database.write([Statement("DELETE FROM session WHERE digest = $1", .text(digest))])
    }

    public func signOut(_ user: UserID, session digest: String?, at now: Timestamp, recording event: Event) async throws
    {
        _ = try await end([
            Statement("DELETE FROM session WHERE user_id = $1", .id(user)),
            Statement(
                "UPDATE user_account SET generation = generation + 1, logged_out_at = $2 WHERE id = $1",
                .id(user), .moment(now)),
            Statement(
                "UPDATE client_grant SET revoked_at = $2 WHERE session_digest = $1 AND revoked_at IS NULL",
                .text(digest ?? ""), .moment(now)),
            Statement("DELETE FROM authorization_code WHERE user_id = $1 AND grant_id IS NULL", .id(user)),
            insertion(of: event),
        ])
    }
}
