/// The tables of the schema that are moved from one database to another, what is referred to before what
/// refers to it. A table or column of `Schema.swift` that is missing here fails a test.
///
/// Three tables stay behind: `schema_version` and `change_count` are each database's own, and a row of `lease`
/// ends by itself.
public let tables: [TableLayout] = [
    TableLayout(
        "domain", key: ["id"],
        texts: [
            "id", "name", "description", "host", "login_url", "logout_url", "internals", "config", "email_domains",
            "policy",
        ],
        bigints: ["created_at", "updated_at", "revision"]),
    TableLayout(
        "user_account", key: ["id"],
        texts: [
            "id", "domain_id", "email", "email_digest", "name", "login_name", "staff_id", "user_groups",
            "password_digest", "profile",
        ],
        bigints: [
            "permissions", "generation", "login_count", "last_login", "logged_out_at", "created_at", "updated_at",
            "revision",
        ],
        booleans: ["email_verified", "is_service_account", "is_disabled", "is_deleted"]),
    TableLayout(
        "client", key: ["number"],
        texts: [
            "domain_id", "client_id", "name", "secret_digests", "redirect_uris", "scope", "subsystems", "profile",
            "overrides", "service_account",
        ],
        bigints: ["number", "created_at", "updated_at", "revision"],
        booleans: ["is_confidential", "skips_authorization", "is_third_party", "is_disabled"]),
    TableLayout(
        "client_alias", key: ["domain_id", "alias", "client_number"], texts: ["domain_id", "alias"],
        bigints: ["client_number"]),
    TableLayout(
        "api_key", key: ["id"],
        texts: ["id", "domain_id", "user_id", "name", "description", "scope", "secret_digest"],
        bigints: ["permissions", "expires_at", "created_at", "updated_at", "revision"]),
    TableLayout(
        "signing_key", key: ["domain_id", "id"], texts: ["id", "domain_id", "algorithm", "sealed_pem"],
        bigints: ["created_at", "retires_at"]),
    TableLayout(
        "session", key: ["digest"], texts: ["digest", "domain_id", "user_id", "user_agent", "address"],
        bigints: ["authenticated_at", "expires_at"]),
    TableLayout(
        "authorization_code", key: ["digest"],
        texts: [
            "digest", "domain_id", "user_id", "session_digest", "redirect_uri", "scope", "code_challenge", "nonce",
            "issuer", "grant_id",
        ],
        bigints: ["client_number", "authenticated_at", "expires_at"]),
    TableLayout(
        "client_grant", key: ["id"],
        texts: ["id", "domain_id", "user_id", "session_digest", "scope", "issuer", "nonce"],
        bigints: ["client_number", "authenticated_at", "created_at", "expires_at", "revoked_at", "purge_at"]),
    TableLayout(
        "refresh_token", key: ["digest"], texts: ["digest", "grant_id", "predecessor", "successor"],
        bigints: ["rotations", "rotated_at", "superseded_at", "expires_at"]),
    TableLayout("revoked_token", key: ["token_id"], texts: ["token_id"], bigints: ["expires_at"]),
    TableLayout(
        "consent", key: ["user_id", "client_number"], texts: ["user_id", "scope"],
        bigints: ["client_number", "given_at"]),
    TableLayout(
        "throttle", key: ["subject"], texts: ["subject", "booking"],
        bigints: ["failures", "since", "blocked_until", "expires_at"]),
    TableLayout(
        "setup_link", key: ["digest"], texts: ["digest", "domain_id", "used_by"], bigints: ["expires_at"]),
    TableLayout(
        "event", key: ["id"], texts: ["id", "domain_id", "kind", "actor", "subject", "address", "detail"],
        bigints: ["at"]),
    TableLayout("setting", key: ["name"], texts: ["name", "value"]),
]

/// A table's name, columns and primary key.
public struct TableLayout: Sendable, Hashable {
    /// The types of the common SQL.
    public enum ColumnType: String, Sendable { case text, bigint, boolean }

    public struct Column: Sendable, Hashable {
        public let name: String
        public let type: ColumnType
    }

    public let name: String
    /// The columns of the primary key, in its order.
    public let key: [Column]
    public let columns: [Column]

    init(_ name: String, key: [String], texts: [String], bigints: [String] = [], booleans: [String] = []) {
        self.name = name
        columns =
            texts.map { Column(name: $0, type: .text) } + bigints.map { Column(name: $0, type: .bigint) }
            + booleans.map { Column(name: $0, type: .boolean) }
        self.key = key.compactMap { [columns] name in columns.first { $0.name == name } }
    }
}
