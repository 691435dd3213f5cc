public import AuthorizationServer
public import OAuth

extension SQLStore {
    private static let grantColumns = """
        client_grant.id, client_grant.domain_id, client_grant.client_number, client_grant.user_id, \
        client_grant.session_digest, client_grant.scope, client_grant.issuer, client_grant.nonce, \
        client_grant.authenticated_at, client_grant.created_at, client_grant.expires_at
        """

    /// A row of a grant, if `mark` holds; `mark` names `first` as $1 and `last` as $14.
    static func insertion(of grant: Grant, purgeAt: Timestamp, if mark: String, _ first: SQLValue, _ last: SQLValue)
        -> Statement
    {
        Statement(
            """
            INSERT INTO client_grant (id, domain_id, client_number, user_id, session_digest, scope, issuer, nonce,
                authenticated_at, created_at, expires_at, purge_at)
            SELECT $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 WHERE \(mark)
            """,
            first, .text(grant.id), .id(grant.domain), .integer(grant.client), .id(grant.user),
            .text(grant.session), .scope(grant.scope), .text(grant.issuer), .text(grant.nonce),
            .moment(grant.authenticatedAt), .moment(grant.createdAt), .moment(grant.expiresAt), .moment(purgeAt), last)
    }

    /// A row of a grant's first refresh token, if the grant was stored.
    static func insertion(of token: NewRefreshToken, grant: String) -> Statement {
        Statement(
            """
            INSERT INTO refresh_token (digest, grant_id, rotations, expires_at)
            SELECT $2, $1, 0, $3 WHERE EXISTS (SELECT 1 FROM client_grant WHERE id = $1)
            """, .text(grant), .text(token.digest), .moment(token.expiresAt))
    }

    /// When a grant is looked at again: its refresh token has ended, and a day later so have all access
    /// tokens.
    static func end(of token: NewRefreshToken?, _ grant: Grant) -> Timestamp {
        (token?.expiresAt ?? grant.createdAt) + .days(1)
    }

    public func save(_ grant: Grant, generation: Int64, refreshToken: NewRefreshToken?, recording event: Event?)
        async throws -> Bool
    {
        var unit = [
            Self.locking(grant.user, generation: generation),
            Self.insertion(
                of: grant, purgeAt: Self.end(of: refreshToken, grant), if: Self.isOfGeneration("$1", "$14"),
                .id(grant.user), .integer(generation)),
        ]
        if let refreshToken { unit.append(Self.insertion(of: refreshToken, grant: grant.id)) }
        if let event {
            unit.append(insertion(of: event, if: "EXISTS (SELECT 1 FROM client_grant WHERE id = $9)", grant.id))
        }
        return try await database.write(unit, alone: true).first?.isEmpty == false
    }

    public func refreshToken(digest: String) async throws -> (token: RefreshToken, user: User)? {
        try await first(
            """
            SELECT \(Self.grantColumns), client_grant.revoked_at, refresh_token.digest, refresh_token.predecessor,
                refresh_token.expires_at, refresh_token.rotated_at, refresh_token.superseded_at, \(Self.userColumns)
            FROM refresh_token JOIN client_grant ON client_grant.id = refresh_token.grant_id
            JOIN user_account ON user_account.id = client_grant.user_id
            WHERE refresh_token.digest = $1
            """, .text(digest)
        ) { row in
            var row = row.reader()
            let grant = Grant(
                id: try row.text(), domain: try row.id(), client: try row.integer(), user: try row.id(),
                session: try row.optionalText(), scope: try row.scope(), issuer: try row.text(),
                nonce: try row.optionalText(), authenticatedAt: try row.moment(), createdAt: try row.moment(),
                expiresAt: try row.moment())
            let revokedAt = try row.optionalMoment()
            let token = RefreshToken(
                digest: try row.text(), grant: grant, isGrantRevoked: revokedAt != nil,
                predecessor: try row.optionalText(), expiresAt: try row.moment(), rotatedAt: try row.optionalMoment(),
                isSuperseded: try row.optionalMoment() != nil)
            return (token, try Self.user(&row))
        }
    }

    public func rotate(_ token: RefreshToken, to successor: NewRefreshToken, at now: Timestamp, grace: Duration)
        async throws -> Bool
    {
        // A rotated token is kept for a fortnight, so that its reuse is noticed, and then goes.
        let kept = now + .days(14)
        // No grace for one that was rotated in the future: the clock was set back since.
        let ahead: Duration = grace > .zero ? WallClock.tolerance : .zero
        let mayRotate = """
            refresh_token.digest = $1 AND refresh_token.expires_at > $4
            AND (refresh_token.rotated_at IS NULL
                OR (refresh_token.rotated_at > $5 AND refresh_token.rotated_at <= $6
                    AND refresh_token.superseded_at IS NULL AND refresh_token.rotations <= 5))
            AND EXISTS (SELECT 1 FROM client_grant WHERE id = refresh_token.grant_id AND revoked_at IS NULL)
            """
        let moments: [SQLValue] = [
            .moment(now), .moment(now - grace), .moment(now + ahead),
        ]
        var unit = [
            // The successor first, which locks its grant as a deletion does: parents before children.
            Statement(
                """
                INSERT INTO refresh_token (digest, grant_id, predecessor, rotations, expires_at)
                SELECT $2, grant_id, digest, 0, $3 FROM refresh_token WHERE \(mayRotate)
                """, [.text(token.digest), .text(successor.digest), .moment(successor.expiresAt)] + moments),
            // Whoever leaves the successor's name here has rotated the token;
            Statement(
                """
                UPDATE refresh_token SET rotated_at = COALESCE(rotated_at, $4), rotations = rotations + 1,
                    successor = $2, expires_at = CASE WHEN expires_at > $3 THEN $3 ELSE expires_at END
                WHERE \(mayRotate)
                RETURNING digest
                """, [.text(token.digest), .text(successor.digest), .moment(kept)] + moments),
            // nobody else's successor stays,
            Statement(
                """
                DELETE FROM refresh_token WHERE digest = $2
                    AND NOT EXISTS (SELECT 1 FROM refresh_token WHERE digest = $1 AND successor = $2)
                """, .text(token.digest), .text(successor.digest)),
        ]
        if let predecessor = token.predecessor {
            // and from then on the token before is no one's direct predecessor any more.
            unit.append(
                Statement(
                    """
                    UPDATE refresh_token SET superseded_at = $3
                    WHERE digest = $2 AND superseded_at IS NULL
                        AND EXISTS (SELECT 1 FROM refresh_token WHERE digest = $1 AND rotated_at IS NOT NULL)
                    """, .text(token.digest), .text(predecessor), .moment(now)))
        }
        return try await database.write(unit).dropFirst().first?.isEmpty == false
    }

    public func revoke(grant: String, at now: Timestamp, recording event: Event?) async throws {
        var unit = [
            Statement(
                "UPDATE client_grant SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL",
                .text(grant), .moment(now))
        ]
        if let event { unit.append(insertion(of: event)) }
        _ = try await end(unit)
    }

    public func revoke(token: TokenReference, until: Timestamp) async throws {
        _ = try await end([
            Statement(
                "INSERT INTO revoked_token (token_id, expires_at) VALUES ($1, $2) ON CONFLICT (token_id) DO NOTHING",
                .text(token.text), .moment(until))
        ])
    }

    public func standing(of token: TokenReference) async throws -> Standing? {
        let statement =
            switch token.origin {
            case .grant(let id):
                Statement(
                    """
                    SELECT client.number, client.client_id, client_grant.domain_id, NULL
                    FROM client_grant
                    JOIN client ON client.number = client_grant.client_number
                    JOIN user_account ON user_account.id = client_grant.user_id
                    WHERE client_grant.id = $1 AND client_grant.revoked_at IS NULL AND NOT client.is_disabled
                        AND user_account.generation = $2 AND NOT user_account.is_deleted
                        AND NOT user_account.is_disabled
                    """, .text(id), .integer(token.generation))
            case .client(let number):
                Statement(
                    """
                    SELECT client.number, client.client_id, client.domain_id, client.service_account
                    FROM client LEFT JOIN user_account ON user_account.id = client.service_account
                    WHERE client.number = $1 AND NOT client.is_disabled
                        AND (client.service_account IS NULL
                            OR (user_account.generation = $2 AND NOT user_account.is_deleted
                                AND NOT user_account.is_disabled))
                        AND NOT EXISTS (SELECT 1 FROM revoked_token WHERE token_id = $3)
                    """, .integer(number), .integer(token.generation), .text(token.text))
            }
        guard var row = try await database.rows(statement).first?.reader() else { return nil }
        return Standing(
            client: try row.integer(), clientID: try row.id(), domain: try row.id(),
            serviceAccount: try row.optionalID())
    }
}
