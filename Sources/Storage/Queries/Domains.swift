public import AuthorizationServer
public import OAuth

extension SQLStore {
    private static let domainColumns = """
        id, name, description, host, login_url, logout_url, internals, config, email_domains, policy, created_at, \
        updated_at, revision
        """

    private static func domain(_ row: Row) throws -> Domain {
        var row = row.reader()
        let id: DomainID = try row.id()
        let name = try row.text()
        let description = try row.text()
        var domain = Domain(id: id, name: name, host: try row.text(), createdAt: Timestamp(seconds: 0))
        domain.description = description
        domain.loginURL = try row.text()
        domain.logoutURL = try row.text()
        domain.internals = try row.json()
        domain.config = try row.json()
        domain.emailDomains = try row.texts()
        domain.policy = DomainPolicy(json: try row.json())
        domain.createdAt = try row.moment()
        domain.updatedAt = try row.moment()
        domain.revision = try row.integer()
        return domain
    }

    public func domain(host: String) async throws -> Domain? {
        try await first(
            "SELECT \(Self.domainColumns) FROM domain WHERE host = $1", .text(host), read: Self.domain)
    }

    public func domain(id: DomainID) async throws -> Domain? {
        try await first("SELECT \(Self.domainColumns) FROM domain WHERE id = $1", .id(id), read: Self.domain)
    }

    public func domain(emailDomain: String) async throws -> Domain? {
        // The list is a JSON text: the quotes make it the whole name.
        let rows = try await database.scan([
            Statement(
                """
                SELECT \(Self.domainColumns) FROM domain WHERE email_domains LIKE $1 ESCAPE '\\'
                ORDER BY created_at, id LIMIT 1
                """, Self.pattern(JSON.string(emailDomain).text))
        ])
        return try rows.first?.first.map(Self.domain)
    }

    public func domains(_ request: ListRequest) async throws -> Page<Domain> {
        try await page(
            Self.domainColumns, from: "domain",
            where: "(lower(name) LIKE $1 ESCAPE '\\' OR host LIKE $1 ESCAPE '\\')", order: "name, id",
            [Self.pattern(request.search)], request, read: Self.domain)
    }

    public func insert(_ domain: Domain) async throws {
        _ = try await change([
            Statement(
                """
                INSERT INTO domain (\(Self.domainColumns))
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0)
                """, Self.parameters(domain))
        ])
    }

    public func update(_ domain: Domain) async throws {
        let answers = try await change([
            Statement(
                """
                UPDATE domain SET name = $2, description = $3, host = $4, login_url = $5, logout_url = $6,
                    internals = $7, config = $8, email_domains = $9, policy = $10, created_at = $11, updated_at = $12,
                    revision = revision + 1
                WHERE id = $1 AND revision = $13 RETURNING id
                """, Self.parameters(domain) + [.integer(domain.revision)])
        ])
        if answers.first?.isEmpty ?? true { throw StoreError.stale }
    }

    private static func parameters(_ domain: Domain) -> [SQLValue] {
        [
            .id(domain.id), .text(domain.name), .text(domain.description), .text(domain.host), .text(domain.loginURL),
            .text(domain.logoutURL), .json(domain.internals), .json(domain.config), .texts(domain.emailDomains),
            .json(domain.policy.json), .moment(domain.createdAt), .moment(domain.updatedAt),
        ]
    }

    public func delete(domain: DomainID) async throws -> Bool {
        let answers = try await end(
            [
                Self.queueingForAdministrators,
                Statement(
                    """
                    DELETE FROM domain WHERE id = $1 AND EXISTS (
                        SELECT 1 FROM user_account
                        WHERE permissions >= 2 AND NOT is_deleted AND NOT is_disabled AND domain_id <> $1)
                    """, .id(domain)),
                Statement("SELECT id FROM domain WHERE id = $1", .id(domain)),
            ], changing: true)
        return answers.last?.isEmpty ?? false
    }
}
