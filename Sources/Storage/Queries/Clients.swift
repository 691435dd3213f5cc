public import AuthorizationServer
public import OAuth

extension SQLStore {
    private static let clientColumns = """
        client.number, client.domain_id, client.client_id, client.name, client.redirect_uris, client.scope, \
        client.is_confidential, client.profile, client.created_at, client.secret_digests, \
        client.skips_authorization, client.is_third_party, client.subsystems, client.overrides, \
        client.service_account, client.is_disabled, client.updated_at, client.revision
        """

    private static func client(_ row: Row) throws -> Client {
        var row = row.reader()
        var client = Client(
            number: try row.integer(), domain: try row.id(), id: try row.id(), name: try row.text(),
            redirectURIs: try row.texts(), scope: try row.scope(), isConfidential: try row.boolean(),
            profile: Profile(rawValue: try row.text()) ?? .oauth21, createdAt: try row.moment())
        client.secretDigests = try row.texts()
        client.skipsAuthorization = try row.boolean()
        client.isThirdParty = try row.boolean()
        client.subsystems = try row.texts()
        client.overrides = ClientOverrides(json: try row.json())
        client.serviceAccount = try row.optionalID()
        client.isDisabled = try row.boolean()
        client.updatedAt = try row.moment()
        client.revision = try row.integer()
        return client
    }

    public func client(id: ClientID, in domain: DomainID) async throws -> Client? {
        let own = try await first(
            "SELECT \(Self.clientColumns) FROM client WHERE domain_id = $1 AND client_id = $2",
            .id(domain), .id(id), read: Self.client)
        if let own { return own }
        return try await first(
            """
            SELECT \(Self.clientColumns) FROM client_alias JOIN client ON client.number = client_alias.client_number
            WHERE client_alias.domain_id = $1 AND client_alias.alias = $2
            ORDER BY client.created_at, client.number LIMIT 1
            """, .id(domain), .id(id), read: Self.client)
    }

    public func client(number: Int64) async throws -> Client? {
        try await first(
            "SELECT \(Self.clientColumns) FROM client WHERE number = $1", .integer(number), read: Self.client)
    }

    public func clients(in domain: DomainID?, withoutSubsystems: Bool, _ request: ListRequest) async throws
        -> Page<Client>
    {
        try await page(
            Self.clientColumns, from: "client",
            where: """
                ($1 = '' OR domain_id = $1) AND (NOT $3 OR subsystems = '[]')
                AND (lower(name) LIKE $2 ESCAPE '\\' OR client_id LIKE $2 ESCAPE '\\' OR redirect_uris LIKE $2 ESCAPE '\\')
                """,
            order: "name, number",
            [.text(domain?.text ?? ""), Self.pattern(request.search), .boolean(withoutSubsystems)], request,
            read: Self.client)
    }

    public func insert(_ client: Client) async throws {
        _ = try await change(
            [
                Statement(
                    """
                    INSERT INTO client (number, domain_id, client_id, name, redirect_uris, scope, is_confidential,
                        profile, created_at, secret_digests, skips_authorization, is_third_party, subsystems,
                        overrides, service_account, is_disabled, updated_at, revision)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0)
                    """, Self.parameters(client))
            ] + Self.aliases(of: client))
    }

    public func update(_ client: Client) async throws {
        let mark = "EXISTS (SELECT 1 FROM client WHERE number = $1 AND revision = $2)"
        let saved: [SQLValue] = [.integer(client.number), .integer(client.revision + 1)]
        let answers = try await end(
            [
                Statement(
                    """
                    UPDATE client SET domain_id = $2, client_id = $3, name = $4, redirect_uris = $5, scope = $6,
                        is_confidential = $7, profile = $8, created_at = $9, secret_digests = $10,
                        skips_authorization = $11, is_third_party = $12, subsystems = $13, overrides = $14,
                        service_account = $15, is_disabled = $16, updated_at = $17, revision = revision + 1
                    WHERE number = $1 AND revision = $18 RETURNING number
                    """, Self.parameters(client) + [.integer(client.revision)]),
                Statement("DELETE FROM client_alias WHERE client_number = $1 AND \(mark)", saved),
            ]
                + Set(client.aliases).sorted().map { alias in
                    Statement(
                        """
                        INSERT INTO client_alias (domain_id, alias, client_number) SELECT $3, $4, $1 WHERE \(mark)
                        ON CONFLICT (domain_id, alias, client_number) DO NOTHING
                        """, saved + [.id(client.domain), .text(alias)])
                }, changing: true)
        if answers.first?.isEmpty ?? true { throw StoreError.stale }
    }

    public func delete(client number: Int64) async throws {
        _ = try await end(
            [
                Self.queueingForAdministrators,
                Statement("DELETE FROM client WHERE number = $1", .integer(number)),
            ], changing: true)
    }

    private static func parameters(_ client: Client) -> [SQLValue] {
        [
            .integer(client.number), .id(client.domain), .id(client.id), .text(client.name),
            .texts(client.redirectURIs), .scope(client.scope), .boolean(client.isConfidential),
            .text(client.profile.rawValue), .moment(client.createdAt), .texts(client.secretDigests),
            .boolean(client.skipsAuthorization), .boolean(client.isThirdParty), .texts(client.subsystems),
            .json(client.overrides.json), .id(client.serviceAccount), .boolean(client.isDisabled),
            .moment(client.updatedAt),
        ]
    }

    private static func aliases(of client: Client) -> [Statement] {
        Set(client.aliases).sorted().map { alias in
            Statement(
                "INSERT INTO client_alias (domain_id, alias, client_number) VALUES ($1, $2, $3)",
                .id(client.domain), .text(alias), .integer(client.number))
        }
    }
}
