public import AuthorizationServer
public import OAuth

extension SQLStore {
    public func signingKeys(of domain: DomainID) async throws -> [StoredSigningKey] {
        try await database.rows(
            Statement(
                """
                SELECT id, domain_id, algorithm, sealed_pem, created_at, retires_at FROM signing_key
                WHERE domain_id = $1 ORDER BY CASE WHEN retires_at IS NULL THEN 0 ELSE 1 END, created_at DESC, id
                """, .id(domain))
        ).map(Self.signingKey)
    }

    /// Every key of every domain.
    public func signingKeys() async throws -> [StoredSigningKey] {
        try await database.scan(
            Statement("SELECT id, domain_id, algorithm, sealed_pem, created_at, retires_at FROM signing_key")
        ).map(Self.signingKey)
    }

    private static func signingKey(_ row: Row) throws -> StoredSigningKey {
        var row = row.reader()
        return StoredSigningKey(
            id: try row.text(), domain: try row.id(), algorithm: try row.text(), sealedPEM: try row.text(),
            createdAt: try row.moment(), retiresAt: try row.optionalMoment())
    }

    public func insert(_ key: StoredSigningKey, retiringOthersAt: Timestamp) async throws {
        _ = try await change([
            // Two who rotate at once queue up here, so that the second retires the key of the first.
            Statement("UPDATE domain SET revision = revision WHERE id = $1", .id(key.domain)),
            Statement(
                """
                UPDATE signing_key SET retires_at = $3
                WHERE domain_id = $1 AND algorithm = $2 AND retires_at IS NULL AND id <> $4
                """, .id(key.domain), .text(key.algorithm), .moment(retiringOthersAt), .text(key.id)),
            Statement(
                """
                INSERT INTO signing_key (id, domain_id, algorithm, sealed_pem, created_at, retires_at)
                VALUES ($1, $2, $3, $4, $5, NULL)
                ON CONFLICT (domain_id, id) DO UPDATE SET retires_at = NULL, created_at = excluded.created_at
                """,
                .text(key.id), .id(key.domain), .text(key.algorithm), .text(key.sealedPEM), .moment(key.createdAt)),
        ])
    }

    public func delete(signingKey id: String, of domain: DomainID) async throws -> Bool {
        let answers = try await change([
            Statement(
                """
                DELETE FROM signing_key WHERE domain_id = $1 AND id = $2 AND retires_at IS NOT NULL RETURNING id
                """, .id(domain), .text(id))
        ])
        return answers.first?.isEmpty == false
    }
}
