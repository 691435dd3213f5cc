public import AuthorizationServer
public import OAuth

extension SQLStore {
    static let userColumns = """
        user_account.id, user_account.domain_id, user_account.email, user_account.name, user_account.created_at, \
        user_account.login_name, user_account.staff_id, user_account.user_groups, user_account.permissions, \
        user_account.password_digest, user_account.email_verified, user_account.is_service_account, \
        user_account.is_disabled, user_account.is_deleted, user_account.generation, user_account.login_count, \
        user_account.last_login, user_account.logged_out_at, user_account.profile, user_account.updated_at, \
        user_account.revision
        """

    static func user(_ row: Row) throws -> User {
        var reader = row.reader()
        return try user(&reader)
    }

    static func user(_ row: inout RowReader) throws -> User {
        let id: UserID = try row.id()
        let domain: DomainID = try row.id()
        let address = try row.text()
        guard let email = EmailAddress(address) else { throw StoreError.unavailable("a stored e-mail address is none") }
        var user = User(id: id, domain: domain, email: email, name: try row.text(), createdAt: try row.moment())
        user.loginName = try row.optionalText()
        user.staffID = try row.optionalText()
        user.groups = try row.texts()
        user.permissions = Permissions(rawValue: Int(try row.integer() & 3))
        user.passwordDigest = try row.optionalText()
        user.emailVerified = try row.optionalBoolean()
        user.isServiceAccount = try row.boolean()
        user.isDisabled = try row.boolean()
        user.isDeleted = try row.boolean()
        user.generation = try row.integer()
        user.loginCount = try row.integer()
        user.lastLogin = try row.optionalMoment()
        user.loggedOutAt = try row.optionalMoment()
        user.profile = try row.json()
        user.updatedAt = try row.moment()
        user.revision = try row.integer()
        return user
    }

    public func user(id: UserID) async throws -> User? {
        try await first("SELECT \(Self.userColumns) FROM user_account WHERE id = $1", .id(id), read: Self.user)
    }

    public func user(email: EmailAddress, in domain: DomainID) async throws -> User? {
        try await first(
            "SELECT \(Self.userColumns) FROM user_account WHERE domain_id = $1 AND email_digest = $2",
            .id(domain), .text(email.digest), read: Self.user)
    }

    public func user(named name: String, in domain: DomainID) async throws -> User? {
        let email = EmailAddress(name)?.digest ?? ""
        return try await first(
            """
            SELECT \(Self.userColumns) FROM user_account
            WHERE domain_id = $1 AND (id = $2 OR id = $3 OR email_digest = $4 OR login_name = $2 OR staff_id = $2)
            ORDER BY CASE WHEN id = $2 OR id = $3 THEN 0 WHEN email_digest = $4 THEN 1 WHEN login_name = $2 THEN 2
                ELSE 3 END LIMIT 1
            """, .id(domain), .text(name), .text("user-\(name)"), .text(email), read: Self.user)
    }

    public func users(in domain: DomainID?, includingDeleted: Bool, _ request: ListRequest) async throws -> Page<User> {
        try await page(
            Self.userColumns, from: "user_account",
            where: """
                ($1 = '' OR domain_id = $1) AND ($2 OR NOT is_deleted)
                AND (lower(name) LIKE $3 ESCAPE '\\' OR email LIKE $3 ESCAPE '\\')
                """,
            order: "name, id",
            [.text(domain?.text ?? ""), .boolean(includingDeleted), Self.pattern(request.search)], request,
            read: Self.user)
    }

    public func insert(_ user: User) async throws {
        _ = try await database.write([Self.insertion(of: user)], alone: true)
    }

    private static func insertion(of user: User) -> Statement {
        Statement(
            """
            INSERT INTO user_account (id, domain_id, email, email_digest, name, created_at, login_name, staff_id,
                user_groups, permissions, password_digest, email_verified, is_service_account, is_disabled,
                is_deleted, generation, login_count, last_login, logged_out_at, profile, updated_at, revision)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, 0)
            """,
            .id(user.id), .id(user.domain), .text(user.email.text), .text(user.email.digest), .text(user.name),
            .moment(user.createdAt), .text(user.loginName), .text(user.staffID), .texts(user.groups),
            .integer(Int64(user.permissions.rawValue)), .text(user.passwordDigest), .boolean(user.emailVerified),
            .boolean(user.isServiceAccount), .boolean(user.isDisabled), .boolean(user.isDeleted),
            .integer(user.generation), .integer(user.loginCount), .moment(user.lastLogin),
            .moment(user.loggedOutAt), .json(user.profile), .moment(user.updatedAt))
    }

    /// Whether somebody else administers, or this row does not. True for longer than a moment only in a unit
    /// that queued up for it.
    private static let leavesAnAdministrator = """
        (EXISTS (SELECT 1 FROM user_account other
                 WHERE other.permissions >= 2 AND NOT other.is_deleted AND NOT other.is_disabled AND other.id <> $1)
         OR NOT EXISTS (SELECT 1 FROM user_account self
                 WHERE self.id = $1 AND self.permissions >= 2 AND NOT self.is_deleted AND NOT self.is_disabled))
        """

    /// The first statement of a unit that may take an administrator away, or much else at once: of two that
    /// would each leave the other's administrator, the second sees what the first did.
    static let queueingForAdministrators = Statement(
        "UPDATE change_count SET value = value + 1 WHERE name = 'administrators'")

    /// Changes nothing, and holds the row until the unit is done.
    static func locking(_ user: UserID) -> Statement {
        Statement("UPDATE user_account SET revision = revision WHERE id = $1 RETURNING revision", .id(user))
    }

    /// The same, if what was checked of the user is so still.
    static func locking(_ user: UserID, generation: Int64) -> Statement {
        Statement(
            """
            UPDATE user_account SET revision = revision
            WHERE id = $1 AND generation = $2 AND NOT is_disabled AND NOT is_deleted RETURNING id
            """, .id(user), .integer(generation))
    }

    public func update(_ user: User) async throws -> Bool {
        let staysAdministrator = user.isActive && user.permissions.isAdministrator
        var unit = staysAdministrator ? [] : [Self.queueingForAdministrators]
        let locking = unit.count
        unit += [
            Self.locking(user.id),
            // An API key gives no more than what its owner is left with. Before the row itself, which then
            // no longer says what was lost.
            Statement(
                """
                UPDATE api_key SET permissions = permissions & $3, revision = revision + 1
                WHERE user_id = $1 AND permissions <> (permissions & $3)
                    AND EXISTS (SELECT 1 FROM user_account
                        WHERE id = $1 AND revision = $2 AND permissions <> (permissions & $3))
                    AND ($4 OR \(Self.leavesAnAdministrator))
                """,
                .id(user.id), .integer(user.revision), .integer(Int64(user.permissions.rawValue)),
                .boolean(staysAdministrator)),
            Statement(
                """
                UPDATE user_account SET name = $2, login_name = $3, staff_id = $4, user_groups = $5, permissions = $6,
                    email_verified = $7, is_service_account = $8, is_disabled = $9, is_deleted = $10, profile = $11,
                    updated_at = $12, revision = revision + 1,
                    generation = generation + CASE WHEN permissions <> (permissions & $6) THEN 1 ELSE 0 END
                WHERE id = $1 AND revision = $14 AND ($13 OR \(Self.leavesAnAdministrator))
                RETURNING id
                """,
                .id(user.id), .text(user.name), .text(user.loginName), .text(user.staffID), .texts(user.groups),
                .integer(Int64(user.permissions.rawValue)), .boolean(user.emailVerified),
                .boolean(user.isServiceAccount), .boolean(user.isDisabled), .boolean(user.isDeleted),
                .json(user.profile), .moment(user.updatedAt), .boolean(staysAdministrator), .integer(user.revision)),
        ]
        let saving = unit.count - 1
        // Whoever is let in again later signs in again. A refused update leaves an active row, and so these
        // find nothing.
        if !user.isActive {
            unit += Self.endingEverything(of: user.id, at: user.updatedAt, only: "AND (is_disabled OR is_deleted)")
        }
        let answers = try await end(unit)
        if answers.dropFirst(saving).first?.isEmpty == false { return true }
        guard var row = answers.dropFirst(locking).first?.first?.reader() else { throw StoreError.missing }
        if try row.integer() != user.revision { throw StoreError.stale }
        return false
    }

    public func delete(user: UserID) async throws -> Bool {
        // A client that acts as this user is changed too.
        let answers = try await end(
            [
                Self.queueingForAdministrators,
                Statement("DELETE FROM user_account WHERE id = $1 AND \(Self.leavesAnAdministrator)", .id(user)),
                Statement("SELECT id FROM user_account WHERE id = $1", .id(user)),
            ], changing: true)
        return answers.last?.isEmpty ?? false
    }

    public func setPassword(_ digest: String, of user: UserID, at now: Timestamp) async throws {
        let unit = [
            Statement(
                "UPDATE user_account SET password_digest = $2, updated_at = $3 WHERE id = $1",
                .id(user), .text(digest), .moment(now))
        ]
        _ = try await end(
            unit + Self.endingEverything(of: user, at: now, only: "") + [
                Statement("DELETE FROM throttle WHERE subject = $1", .text("account:\(user.text)"))
            ])
    }

    public func upgrade(_ digest: String, to better: String, of user: UserID) async throws {
        _ = try await database.write(
            [
                Statement(
                    "UPDATE user_account SET password_digest = $3 WHERE id = $1 AND password_digest = $2",
                    .id(user), .text(digest), .text(better))
            ], alone: true)
    }

    /// Ends the sessions, refresh tokens and access tokens of a user. A unit begins with a statement that
    /// locks the user's row: whoever starts a session or stores a grant is done by then, or finds another
    /// generation. Codes go before grants are looked for: one that is being redeemed meanwhile is waited for,
    /// and its grant found.
    private static func endingEverything(of user: UserID, at now: Timestamp, only condition: String) -> [Statement] {
        let whose = "(SELECT id FROM user_account WHERE id = $1 \(condition))"
        return [
            Statement("UPDATE user_account SET generation = generation + 1 WHERE id = \(whose)", .id(user)),
            Statement("DELETE FROM session WHERE user_id = \(whose)", .id(user)),
            Statement("DELETE FROM authorization_code WHERE user_id = \(whose) AND grant_id IS NULL", .id(user)),
            Statement(
                "UPDATE client_grant SET revoked_at = $2 WHERE user_id = \(whose) AND revoked_at IS NULL",
                .id(user), .moment(now)),
        ]
    }

    public func hasAdministrator() async throws -> Bool {
        let rows = try await database.rows(
            Statement(
                """
                SELECT 1 FROM user_account WHERE permissions >= 2 AND NOT is_deleted AND NOT is_disabled
                    AND password_digest IS NOT NULL LIMIT 1
                """))
        return !rows.isEmpty
    }
}
