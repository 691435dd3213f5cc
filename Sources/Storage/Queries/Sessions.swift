public import AuthorizationServer
public import OAuth

extension SQLStore {
    public func start(_ session: Session, generation: Int64, recording event: Event) async throws -> Bool {
        let answers = try await database.write(
            [
                Statement(
                    """
                    UPDATE user_account SET login_count = login_count + 1, last_login = $3
                    WHERE id = $1 AND generation = $2 AND NOT is_disabled AND NOT is_deleted RETURNING id
                    """, .id(session.user), .integer(generation), .moment(session.authenticatedAt)),
                // The row is held now, and so this sees what the statement before it saw.
                Statement(
                    """
                    INSERT INTO session (digest, domain_id, user_id, authenticated_at, expires_at, user_agent, address)
                    SELECT $1, $2, $3, $4, $5, $6, $7 WHERE \(Self.isOfGeneration("$3", "$8"))
                    """,
                    .text(session.digest), .id(session.domain), .id(session.user), .moment(session.authenticatedAt),
                    .moment(session.expiresAt), .text(session.userAgent), .text(session.address),
                    .integer(generation)),
                insertion(of: event, if: "EXISTS (SELECT 1 FROM session WHERE digest = $9)", session.digest),
            ], alone: true)
        return answers.first?.isEmpty == false
    }

    /// Whether a user is active and has not signed out or been shut out since.
    static func isOfGeneration(_ user: String, _ generation: String) -> String {
        """
        EXISTS (SELECT 1 FROM user_account
            WHERE id = \(user) AND generation = \(generation) AND NOT is_disabled AND NOT is_deleted)
        """
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
        _ = try await database.write([Statement("DELETE FROM session WHERE digest = $1", .text(digest))], alone: true)
    }

    public func signOut(_ user: UserID, session digest: String?, at now: Timestamp, recording event: Event) async throws
    {
        // In the order of `endingEverything`.
        _ = try await end([
            Statement(
                "UPDATE user_account SET generation = generation + 1, logged_out_at = $2 WHERE id = $1",
                .id(user), .moment(now)),
            Statement("DELETE FROM session WHERE user_id = $1", .id(user)),
            Statement("DELETE FROM authorization_code WHERE user_id = $1 AND grant_id IS NULL", .id(user)),
            Statement(
                "UPDATE client_grant SET revoked_at = $2 WHERE session_digest = $1 AND revoked_at IS NULL",
                .text(digest ?? ""), .moment(now)),
            insertion(of: event),
        ])
    }
}
