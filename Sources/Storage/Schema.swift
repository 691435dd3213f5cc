/// The schema, as steps. A released step is never edited; a change is a new step at the end. A step's
/// number is its place in the list, from 1, and is kept in the table `schema_version`.
///
/// Common SQL only: `TEXT`, `BIGINT`, `BOOLEAN`. Moments are seconds, digests base64url, lists and open
/// objects JSON. Identifiers and times come from the program.
public let schema: [Migration] = [
    Migration(
        "domains, clients, users and keys",
        """
        CREATE TABLE domain (
            id            TEXT PRIMARY KEY,
            name          TEXT NOT NULL,
            description   TEXT NOT NULL,
            host          TEXT NOT NULL UNIQUE,
            login_url     TEXT NOT NULL,
            logout_url    TEXT NOT NULL,
            internals     TEXT NOT NULL,
            config        TEXT NOT NULL,
            email_domains TEXT NOT NULL,
            policy        TEXT NOT NULL,
            created_at    BIGINT NOT NULL,
            updated_at    BIGINT NOT NULL
        );
        CREATE INDEX domain_name ON domain (name, id);

        CREATE TABLE user_account (
            id                 TEXT PRIMARY KEY,
            domain_id          TEXT NOT NULL REFERENCES domain (id) ON DELETE CASCADE,
            email              TEXT NOT NULL,
            email_digest       TEXT NOT NULL,
            name               TEXT NOT NULL,
            login_name         TEXT,
            staff_id           TEXT,
            user_groups        TEXT NOT NULL,
            permissions        BIGINT NOT NULL,
            password_digest    TEXT,
            email_verified     BOOLEAN,
            is_service_account BOOLEAN NOT NULL,
            is_disabled        BOOLEAN NOT NULL,
            is_deleted         BOOLEAN NOT NULL,
            generation         BIGINT NOT NULL,
            login_count        BIGINT NOT NULL,
            last_login         BIGINT,
            logged_out_at      BIGINT,
            profile            TEXT NOT NULL,
            created_at         BIGINT NOT NULL,
            updated_at         BIGINT NOT NULL,
            revision           BIGINT NOT NULL,
            UNIQUE (domain_id, email_digest),
            UNIQUE (domain_id, login_name),
            UNIQUE (domain_id, staff_id)
        );
        CREATE INDEX user_account_domain_id_name ON user_account (domain_id, name, id);
        CREATE INDEX user_account_administrators ON user_account (id) WHERE permissions >= 2;

        CREATE TABLE client (
            number              BIGINT PRIMARY KEY,
            domain_id           TEXT NOT NULL REFERENCES domain (id) ON DELETE CASCADE,
            client_id           TEXT NOT NULL,
            name                TEXT NOT NULL,
            secret_digests      TEXT NOT NULL,
            redirect_uris       TEXT NOT NULL,
            scope               TEXT NOT NULL,
            is_confidential     BOOLEAN NOT NULL,
            skips_authorization BOOLEAN NOT NULL,
            is_third_party      BOOLEAN NOT NULL,
            subsystems          TEXT NOT NULL,
            profile             TEXT NOT NULL,
            overrides           TEXT NOT NULL,
            service_account     TEXT REFERENCES user_account (id) ON DELETE SET NULL,
            is_disabled         BOOLEAN NOT NULL,
            created_at          BIGINT NOT NULL,
            updated_at          BIGINT NOT NULL,
            revision            BIGINT NOT NULL,
            UNIQUE (domain_id, client_id),
            UNIQUE (domain_id, name)
        );
        CREATE INDEX client_service_account ON client (service_account);

        CREATE TABLE client_alias (
            domain_id     TEXT NOT NULL,
            alias         TEXT NOT NULL,
            client_number BIGINT NOT NULL REFERENCES client (number) ON DELETE CASCADE,
            PRIMARY KEY (domain_id, alias, client_number)
        );
        CREATE INDEX client_alias_client_number ON client_alias (client_number);

        CREATE TABLE api_key (
            id            TEXT PRIMARY KEY,
            domain_id     TEXT NOT NULL REFERENCES domain (id) ON DELETE CASCADE,
            user_id       TEXT NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
            name          TEXT NOT NULL,
            description   TEXT NOT NULL,
            scope         TEXT NOT NULL,
            permissions   BIGINT NOT NULL,
            secret_digest TEXT NOT NULL,
            expires_at    BIGINT,
            created_at    BIGINT NOT NULL,
            updated_at    BIGINT NOT NULL
        );
        CREATE UNIQUE INDEX api_key_name ON api_key (domain_id, lower(name));
        CREATE INDEX api_key_user_id ON api_key (user_id);

        CREATE TABLE signing_key (
            id         TEXT NOT NULL,
            domain_id  TEXT NOT NULL REFERENCES domain (id) ON DELETE CASCADE,
            algorithm  TEXT NOT NULL,
            sealed_pem TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            retires_at BIGINT,
            PRIMARY KEY (domain_id, id)
        );
        """),

    Migration(
        "sessions, codes, grants and refresh tokens",
        """
        CREATE TABLE session (
            digest           TEXT PRIMARY KEY,
            domain_id        TEXT NOT NULL REFERENCES domain (id) ON DELETE CASCADE,
            user_id          TEXT NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
            authenticated_at BIGINT NOT NULL,
            expires_at       BIGINT NOT NULL,
            user_agent       TEXT NOT NULL,
            address          TEXT NOT NULL
        );
        CREATE INDEX session_user_id ON session (user_id);
        CREATE INDEX session_domain_id ON session (domain_id);
        CREATE INDEX session_expires_at ON session (expires_at);

        CREATE TABLE authorization_code (
            digest           TEXT PRIMARY KEY,
            domain_id        TEXT NOT NULL REFERENCES domain (id) ON DELETE CASCADE,
            client_number    BIGINT NOT NULL REFERENCES client (number) ON DELETE CASCADE,
            user_id          TEXT NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
            session_digest   TEXT,
            redirect_uri     TEXT NOT NULL,
            scope            TEXT NOT NULL,
            code_challenge   TEXT,
            nonce            TEXT,
            issuer           TEXT NOT NULL,
            authenticated_at BIGINT NOT NULL,
            expires_at       BIGINT NOT NULL,
            grant_id         TEXT
        );
        CREATE INDEX authorization_code_expires_at ON authorization_code (expires_at);
        CREATE INDEX authorization_code_client_number ON authorization_code (client_number);
        CREATE INDEX authorization_code_user_id ON authorization_code (user_id);

        CREATE TABLE client_grant (
            id               TEXT PRIMARY KEY,
            domain_id        TEXT NOT NULL REFERENCES domain (id) ON DELETE CASCADE,
            client_number    BIGINT NOT NULL REFERENCES client (number) ON DELETE CASCADE,
            user_id          TEXT NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
            session_digest   TEXT,
            scope            TEXT NOT NULL,
            issuer           TEXT NOT NULL,
            nonce            TEXT,
            authenticated_at BIGINT NOT NULL,
            created_at       BIGINT NOT NULL,
            expires_at       BIGINT NOT NULL,
            revoked_at       BIGINT,
            purge_at         BIGINT NOT NULL
        );
        CREATE INDEX client_grant_client_number ON client_grant (client_number);
        CREATE INDEX client_grant_user_id ON client_grant (user_id);
        CREATE INDEX client_grant_session_digest ON client_grant (session_digest) WHERE session_digest IS NOT NULL;
        CREATE INDEX client_grant_purge_at ON client_grant (purge_at);

        CREATE TABLE refresh_token (
            digest        TEXT PRIMARY KEY,
            grant_id      TEXT NOT NULL REFERENCES client_grant (id) ON DELETE CASCADE,
            predecessor   TEXT,
            successor     TEXT,
            rotations     BIGINT NOT NULL,
            rotated_at    BIGINT,
            superseded_at BIGINT,
            expires_at    BIGINT NOT NULL
        );
        CREATE INDEX refresh_token_grant_id ON refresh_token (grant_id);
        CREATE INDEX refresh_token_expires_at ON refresh_token (expires_at);

        CREATE TABLE revoked_token (
            token_id   TEXT PRIMARY KEY,
            expires_at BIGINT NOT NULL
        );
        CREATE INDEX revoked_token_expires_at ON revoked_token (expires_at);

        CREATE TABLE consent (
            user_id       TEXT NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
            client_number BIGINT NOT NULL REFERENCES client (number) ON DELETE CASCADE,
            scope         TEXT NOT NULL,
            given_at      BIGINT NOT NULL,
            PRIMARY KEY (user_id, client_number)
        );
        CREATE INDEX consent_client_number ON consent (client_number);
        """),

    Migration(
        "throttles, setup links and events",
        """
        CREATE TABLE throttle (
            subject       TEXT PRIMARY KEY,
            failures      BIGINT NOT NULL,
            since         BIGINT NOT NULL,
            blocked_until BIGINT NOT NULL,
            booking       TEXT NOT NULL,
            expires_at    BIGINT NOT NULL
        );
        CREATE INDEX throttle_expires_at ON throttle (expires_at);

        CREATE TABLE setup_link (
            digest     TEXT PRIMARY KEY,
            domain_id  TEXT NOT NULL REFERENCES domain (id) ON DELETE CASCADE,
            expires_at BIGINT NOT NULL,
            used_by    TEXT
        );

        CREATE TABLE event (
            id        TEXT PRIMARY KEY,
            domain_id TEXT NOT NULL,
            at        BIGINT NOT NULL,
            kind      TEXT NOT NULL,
            actor     TEXT,
            subject   TEXT,
            address   TEXT,
            detail    TEXT
        );
        CREATE INDEX event_domain_id_at ON event (domain_id, at);
        CREATE INDEX event_at ON event (at);
        """),

    Migration(
        "counts of changes, leases and settings",
        """
        CREATE TABLE change_count (
            name  TEXT PRIMARY KEY,
            value BIGINT NOT NULL
        );
        INSERT INTO change_count (name, value) VALUES ('changes', 1), ('endings', 1), ('administrators', 1);

        CREATE TABLE lease (
            task    TEXT PRIMARY KEY,
            holder  TEXT NOT NULL,
            ends_at BIGINT NOT NULL
        );

        CREATE TABLE setting (
            name  TEXT PRIMARY KEY,
            value TEXT NOT NULL
        );
        """),

    Migration(
        "revisions of domains and API keys, and an index for every reference",
        """
        ALTER TABLE domain ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE api_key ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
        CREATE INDEX authorization_code_domain_id ON authorization_code (domain_id);
        CREATE INDEX client_grant_domain_id ON client_grant (domain_id);
        CREATE INDEX setup_link_domain_id ON setup_link (domain_id);
        CREATE INDEX setup_link_expires_at ON setup_link (expires_at);
        """),
]
