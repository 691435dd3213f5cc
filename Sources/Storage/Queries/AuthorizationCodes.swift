public import AuthorizationServer
import OAuth

extension SQLStore {
    private static let codeColumns = """
        authorization_code.digest, authorization_code.domain_id, authorization_code.client_number, \
        authorization_code.user_id, authorization_code.session_digest, authorization_code.redirect_uri, \
        authorization_code.scope, authorization_code.code_challenge, authorization_code.nonce, \
        authorization_code.issuer, authorization_code.authenticated_at, authorization_code.expires_at, \
        authorization_code.grant_id
        """

    public func save(_ code: AuthorizationCode) async throws -> Bool {
        var unit = [
            Statement(
                """
                INSERT INTO authorization_code (digest, domain_id, client_number, user_id, session_digest,
                    redirect_uri, scope, code_challenge, nonce, issuer, authenticated_at, expires_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                """,
                .text(code.digest), .id(code.domain), .integer(code.client), .id(code.user), .text(code.session),
                .text(code.redirectURI), .scope(code.scope), .text(code.codeChallenge?.text), .text(code.nonce),
                .text(code.issuer), .moment(code.authenticatedAt), .moment(code.expiresAt))
        ]
        if let session = code.session {
            unit += [
                // Holds the session, so that whoever ends it either finds the code or is done before,
                Statement("UPDATE session SET address = address WHERE digest = $1", .text(session)),
                // and then there is no code.
                Statement(
                    """
                    DELETE FROM authorization_code
                    WHERE digest = $1 AND NOT EXISTS (SELECT 1 FROM session WHERE digest = $2) RETURNING digest
                    """, .text(code.digest), .text(session)),
            ]
        }
        let answers = try await database.write(unit)
        return answers.count == 1 || answers.last?.isEmpty ?? false
    }

    public func code(digest: String) async throws -> (code: AuthorizationCode, user: User)? {
        try await first(
            """
            SELECT \(Self.codeColumns), \(Self.userColumns)
            FROM authorization_code JOIN user_account ON user_account.id = authorization_code.user_id
            WHERE authorization_code.digest = $1
            """, .text(digest)
        ) { row in
            var row = row.reader()
            let code = AuthorizationCode(
                digest: try row.text(), domain: try row.id(), client: try row.integer(), user: try row.id(),
                session: try row.optionalText(), redirectURI: try row.text(), scope: try row.scope(),
                codeChallenge: try row.optionalText().map(CodeChallenge.init(stored:)),
                nonce: try row.optionalText(), issuer: try row.text(), authenticatedAt: try row.moment(),
                expiresAt: try row.moment(), grant: try row.optionalText())
            return (code, try Self.user(&row))
        }
    }

    public func redeem(code digest: String, for grant: Grant, refreshToken: NewRefreshToken?) async throws -> Bool {
        // The grant first, which locks what it refers to as a deletion does: parents before children.
        var unit = [
            Self.insertion(
                of: grant, purgeAt: Self.end(of: refreshToken, grant),
                if: "EXISTS (SELECT 1 FROM authorization_code WHERE \(Self.isOpen("$1", at: "$14")))",
                .text(digest), .moment(grant.createdAt))
        ]
        if let refreshToken { unit.append(Self.insertion(of: refreshToken, grant: grant.id)) }
        unit += [
            // Whoever leaves the grant's name here has redeemed the code;
            Statement(
                """
                UPDATE authorization_code SET grant_id = $2
                WHERE \(Self.isOpen("$1", at: "$3"))
                RETURNING digest
                """, .text(digest), .text(grant.id), .moment(grant.createdAt)),
            // nobody else's grant stays.
            Statement(
                """
                DELETE FROM client_grant WHERE id = $2
                    AND NOT EXISTS (SELECT 1 FROM authorization_code WHERE digest = $1 AND grant_id = $2)
                """, .text(digest), .text(grant.id)),
        ]
        let answers = try await database.write(unit)
        return answers.dropLast().last?.isEmpty == false
    }

    /// Whether a code can be redeemed; the session that it was given in must still be there.
    private static func isOpen(_ digest: String, at now: String) -> String {
        """
        authorization_code.digest = \(digest) AND grant_id IS NULL AND authorization_code.expires_at > \(now)
        AND (session_digest IS NULL
            OR EXISTS (SELECT 1 FROM session WHERE session.digest = authorization_code.session_digest))
        """
    }
}
