public import AuthorizationServer
public import OAuth

extension SQLStore {
    public func save(setupLink digest: String, domain: DomainID, expiresAt: Timestamp) async throws {
        _ = try await database.write([
            Statement(
                "INSERT INTO setup_link (digest, domain_id, expires_at) VALUES ($1, $2, $3)",
                .text(digest), .id(domain), .moment(expiresAt))
        ])
    }

    public func setupLink(digest: String, at now: Timestamp) async throws -> DomainID? {
        try await first(
            "SELECT domain_id FROM setup_link WHERE digest = $1 AND expires_at > $2 AND used_by IS NULL",
            .text(digest), .moment(now)
        ) { row in
            var row = row.reader()
            return try row.id()
        }
    }

    public func redeem(setupLink digest: String, for administrator: User, at now: Timestamp) async throws -> Bool {
        let answers = try await end(
            [
                Self.queueingForAdministrators,
                Statement(
                    """
                    UPDATE setup_link SET used_by = $2
                    WHERE digest = $1 AND used_by IS NULL AND expires_at > $3 RETURNING digest
                    """, .text(digest), .id(administrator.id), .moment(now)),
                Statement(
                    """
                    INSERT INTO user_account (id, domain_id, email, email_digest, name, user_groups, permissions,
                        password_digest, is_service_account, is_disabled, is_deleted, generation, login_count, profile,
                        created_at, updated_at, revision)
                    SELECT $2, $3, $4, $5, $6, '[]', 2, $7, FALSE, FALSE, FALSE, 0, 0, '{}', $8, $8, 0
                    WHERE EXISTS (SELECT 1 FROM setup_link WHERE digest = $1 AND used_by = $2)
                    ON CONFLICT (domain_id, email_digest) DO UPDATE SET
                        permissions = user_account.permissions | 2, password_digest = excluded.password_digest,
                        is_disabled = FALSE, is_deleted = FALSE, generation = user_account.generation + 1,
                        updated_at = excluded.updated_at, revision = user_account.revision + 1
                    """,
                    .text(digest), .id(administrator.id), .id(administrator.domain), .text(administrator.email.text),
                    .text(administrator.email.digest), .text(administrator.name), .text(administrator.passwordDigest),
                    .moment(now)),
            ] + Self.endingEverything(ofWhoRedeemed: digest, administrator, at: now))
        return answers.dropFirst().first?.isEmpty == false
    }

    /// Whoever had the account before has nothing of it any more: the link is the way back for its owner.
    private static func endingEverything(ofWhoRedeemed digest: String, _ administrator: User, at now: Timestamp)
        -> [Statement]
    {
        let whose = """
            (SELECT id FROM user_account WHERE domain_id = $3 AND email_digest = $4
             AND EXISTS (SELECT 1 FROM setup_link WHERE digest = $1 AND used_by = $2))
            """
        let parameters: [SQLValue] = [
            .text(digest), .id(administrator.id), .id(administrator.domain), .text(administrator.email.digest),
        ]
        return [
            Statement("DELETE FROM session WHERE user_id = \(whose)", parameters),
            Statement("DELETE FROM authorization_code WHERE user_id = \(whose) AND grant_id IS NULL", parameters),
            Statement(
                "UPDATE client_grant SET revoked_at = $5 WHERE user_id = \(whose) AND revoked_at IS NULL",
                parameters + [.moment(now)]),
            Statement("DELETE FROM throttle WHERE subject = 'account:' || \(whose)", parameters),
        ]
    }
}
