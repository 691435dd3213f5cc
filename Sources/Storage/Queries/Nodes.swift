import AuthorizationServer
public import OAuth

extension SQLStore {
    public func lease(_ task: String, to holder: String, until end: Timestamp, at now: Timestamp) async throws -> Bool {
        let answers = try await database.write(
            [
                Statement(
                    """
                    INSERT INTO lease (task, holder, ends_at) VALUES ($1, $2, $3)
                    ON CONFLICT (task) DO UPDATE SET holder = excluded.holder, ends_at = excluded.ends_at
                    WHERE lease.holder = excluded.holder OR lease.ends_at <= $4 OR lease.ends_at > $5
                    RETURNING holder
                    """, .text(task), .text(holder), .moment(end), .moment(now),
                    // Nobody asks for longer: that one was given before the clock was set back.
                    .moment(end + WallClock.tolerance))
            ], alone: true)
        return answers.first?.isEmpty == false
    }

    public func settle(_ name: String, _ value: String) async throws -> String {
        let kept = Statement("SELECT value FROM setting WHERE name = $1", .text(name))
        if var row = try await database.rows(kept).first?.reader() { return try row.text() }
        let answers = try await database.write(
            [
                Statement(
                    "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
                    .text(name), .text(value)),
                kept,
            ], alone: true)
        var row = answers.last?.first?.reader()
        return try row?.text() ?? value
    }
}
