public import AuthorizationServer
public import OAuth

extension SQLStore {
    private static let apiKeyColumns = """
        api_key.id, api_key.domain_id, api_key.user_id, api_key.name, api_key.scope, api_key.permissions, \
        api_key.secret_digest, api_key.created_at, api_key.description, api_key.expires_at, api_key.updated_at, \
        api_key.revision
        """

    private static func apiKey(_ row: Row) throws -> APIKey {
        var reader = row.reader()
        return try apiKey(&reader)
    }

    private static func apiKey(_ row: inout RowReader) throws -> APIKey {
        var key = APIKey(
            id: try row.text(), domain: try row.id(), user: try row.id(), name: try row.text(),
            scope: try row.scope(), permissions: Permissions(rawValue: Int(try row.integer() & 3)),
            secretDigest: try row.text(), createdAt: try row.moment())
        key.description = try row.text()
        key.expiresAt = try row.optionalMoment()
        key.updatedAt = try row.moment()
        key.revision = try row.integer()
        return key
    }

    public func apiKey(id: String) async throws -> (key: APIKey, user: User)? {
        try await first(
            """
            SELECT \(Self.apiKeyColumns), \(Self.userColumns)
            FROM api_key JOIN user_account ON user_account.id = api_key.user_id WHERE api_key.id = $1
            """, .text(id)
        ) { row in
            var row = row.reader()
            return (try Self.apiKey(&row), try Self.user(&row))
        }
    }

    public func apiKeys(in domain: DomainID?, _ request: ListRequest) async throws -> Page<APIKey> {
        try await page(
            Self.apiKeyColumns, from: "api_key",
            where: """
                ($1 = '' OR domain_id = $1)
                AND (lower(name) LIKE $2 ESCAPE '\\' OR lower(description) LIKE $2 ESCAPE '\\' OR id LIKE $2 ESCAPE '\\')
                """,
            order: "name, id", [.text(domain?.text ?? ""), Self.pattern(request.search)], request, read: Self.apiKey)
    }

    public func insert(_ key: APIKey) async throws {
        _ = try await database.write(
            [
                Statement(
                    """
                    INSERT INTO api_key (id, domain_id, user_id, name, scope, permissions, secret_digest, created_at,
                        description, expires_at, updated_at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                    """, Self.parameters(key))
            ], alone: true)
    }

    public func update(_ key: APIKey) async throws {
        let answers = try await end([
            Statement(
                """
                UPDATE api_key SET domain_id = $2, user_id = $3, name = $4, scope = $5, permissions = $6,
                    secret_digest = $7, created_at = $8, description = $9, expires_at = $10, updated_at = $11,
                    revision = revision + 1
                WHERE id = $1 AND revision = $12 RETURNING id
                """, Self.parameters(key) + [.integer(key.revision)])
        ])
        if answers.first?.isEmpty ?? true { throw StoreError.stale }
    }

    public func delete(apiKey id: String) async throws {
        _ = try await end([Statement("DELETE FROM api_key WHERE id = $1", .text(id))])
    }

    private static func parameters(_ key: APIKey) -> [SQLValue] {
        [
            .text(key.id), .id(key.domain), .id(key.user), .text(key.name), .scope(key.scope),
            .integer(Int64(key.permissions.rawValue)), .text(key.secretDigest), .moment(key.createdAt),
            .text(key.description), .moment(key.expiresAt), .moment(key.updatedAt),
        ]
    }
}
