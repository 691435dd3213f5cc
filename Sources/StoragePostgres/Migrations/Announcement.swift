import Storage

// Who changes what other nodes keep in memory counts up a row of `change_count`; the database tells them when
// that is committed. `Listener.swift` has the other end.

extension Session {
    /// Whether the database tells, or there is nothing to tell of.
    func announcesChanges() throws -> Bool {
        let rows = try run(
            """
            SELECT (SELECT prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
                    WHERE tgrelid = to_regclass('change_count') AND tgname = 'change_count_announced')
            WHERE to_regclass('change_count') IS NOT NULL
            """)
        return rows.isEmpty || rows == [Row([.text(announcement)])]
    }

    /// Only the table's owner can, and only when it is not so yet.
    func announceChanges() throws {
        guard try !announcesChanges() else { return }
        try script(
            """
            BEGIN;
            CREATE OR REPLACE FUNCTION announce_change_count() RETURNS trigger LANGUAGE plpgsql AS $$\(announcement)$$;
            DROP TRIGGER IF EXISTS change_count_announced ON change_count;
            CREATE TRIGGER change_count_announced AFTER INSERT OR UPDATE ON change_count
                FOR EACH ROW WHEN (NEW.name = 'changes') EXECUTE FUNCTION announce_change_count();
            COMMIT;
            """, within: .seconds(60))
    }
}

/// Endings are looked up each time, so nobody is told of them: commits that notify wait for each other.
private let announcement = """
    BEGIN
        PERFORM pg_notify(
            'gatehouse_' || (SELECT relnamespace FROM pg_catalog.pg_class WHERE oid = TG_RELID), NEW.name);
        RETURN NULL;
    END
    """
