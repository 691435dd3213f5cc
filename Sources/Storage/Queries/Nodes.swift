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

    public func setting(_ name: String) async throws -> String? {
        try await first("SELECT value FROM setting WHERE name = $1", .text(name)) { row in
            var row = row.reader()
            return try row.text()
        }
    }

    public func settle(_ name: String, _ value: String) async throws -> String {
        if let kept = try await setting(name) { return kept }
        let answers = try await database.write(
            [
                Statement(
                    "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
                    .text(name), .text(value)),
                Statement("SELECT value FROM setting WHERE name = $1", .text(name)),
            ], alone: true)
        var row = answers.last?.first?.reader()
        return try row?.text() ?? value
    }
}
