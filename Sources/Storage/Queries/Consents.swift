public import AuthorizationServer
public import OAuth

extension SQLStore {
    public func consent(of user: UserID, to client: Int64) async throws -> Scope? {
        try await first(
            "SELECT scope FROM consent WHERE user_id = $1 AND client_number = $2", .id(user), .integer(client)
        ) { row in
            var row = row.reader()
            return try row.scope()
        }
    }

    public func save(consent scope: Scope, of user: UserID, to client: Int64, at now: Timestamp) async throws {
        _ = try await database.write([
            Statement(
                """
                INSERT INTO consent (user_id, client_number, scope, given_at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (user_id, client_number) DO UPDATE SET scope = excluded.scope, given_at = excluded.given_at
                """, .id(user), .integer(client), .scope(scope), .moment(now))
        ])
    }
}
