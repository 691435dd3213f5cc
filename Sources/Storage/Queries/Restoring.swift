public import OAuth

extension SQLStore {
    /// Takes out what works once, and may have been used after the backup was made.
    public func dropUnusedOnce() async throws {
        _ = try await end([
            Statement("DELETE FROM authorization_code WHERE grant_id IS NULL"),
            Statement("DELETE FROM setup_link WHERE used_by IS NULL"),
        ])
    }

    /// Ends every session, grant and access token of every user. Tokens that a client got for itself, without a
    /// service account, have no user and end by themselves.
    public func revokeEverything(at now: Timestamp) async throws {
        _ = try await end([
            Statement("DELETE FROM session"),
            Statement("DELETE FROM authorization_code WHERE grant_id IS NULL"),
            Statement("UPDATE user_account SET generation = generation + 1000, logged_out_at = $1", .moment(now)),
            Statement("UPDATE client_grant SET revoked_at = $1 WHERE revoked_at IS NULL", .moment(now)),
        ])
    }
}
