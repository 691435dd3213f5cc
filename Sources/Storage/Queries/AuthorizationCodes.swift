public import AuthorizationServer
import OAuth

extension SQLStore {
    private static let codeColumns = """
        digest, domain_id, client_number, user_id, session_digest, redirect_uri, scope, code_challenge, nonce, \
        issuer, authenticated_at, expires_at, grant_id
        """

    public func save(_ code: AuthorizationCode) async throws {
        _ = try await database.write([
            Statement(
                """
                INSERT INTO authorization_code (\(Self.codeColumns))
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, NULL)
                """,
                .text(code.digest), .id(code.domain), .integer(code.client), .id(code.user), .text(code.session),
                .text(code.redirectURI), .scope(code.scope), .text(code.codeChallenge?.text), .text(code.nonce),
                .text(code.issuer), .moment(code.authenticatedAt), .moment(code.expiresAt))
        ])
    }

    public func code(digest: String) async throws -> AuthorizationCode? {
        try await first(
            "SELECT \(Self.codeColumns) FROM authorization_code WHERE digest = $1", .text(digest)
        ) { row in
            var row = row.reader()
            return AuthorizationCode(
                digest: try row.text(), domain: try row.id(), client: try row.integer(), user: try row.id(),
                session: try row.optionalText(), redirectURI: try row.text(), scope: try row.scope(),
                codeChallenge: try row.optionalText().map(CodeChallenge.init(stored:)),
                nonce: try row.optionalText(), issuer: try row.text(), authenticatedAt: try row.moment(),
                expiresAt: try row.moment(), grant: try row.optionalText())
        }
    }

    public func redeem(code digest: String, for grant: Grant, refreshToken: NewRefreshToken?) async throws -> Bool {
        // The mark is the grant's own name, so that what follows is stored for the winner only.
        let mark = "EXISTS (SELECT 1 FROM authorization_code WHERE digest = $1 AND grant_id = $2)"
        var unit = [
            Statement(
                """
                UPDATE authorization_code SET grant_id = $2
                WHERE digest = $1 AND grant_id IS NULL AND expires_at > $3
                    AND (session_digest IS NULL
                        OR EXISTS (SELECT 1 FROM session WHERE session.digest = authorization_code.session_digest))
                RETURNING digest
                """, .text(digest), .text(grant.id), .moment(grant.createdAt)),
            Self.insertion(of: grant, purgeAt: Self.end(of: refreshToken, grant), mark: mark, markedBy: digest),
        ]
        if let refreshToken {
            unit.append(Self.insertion(of: refreshToken, grant: grant.id, mark: mark, markedBy: digest))
        }
        return try await database.write(unit).first?.isEmpty == false
    }
}
