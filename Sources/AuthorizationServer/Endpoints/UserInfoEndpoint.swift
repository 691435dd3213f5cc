import OAuth

/// The userinfo endpoint (OpenID Connect Core §5.3). PlaceOS's answers any valid credential, an API key too.
public struct UserInfoEndpoint: Sendable {
    private let authenticator: Authenticator
    private let store: any UserStore
    private let users: Cache<UserID, User>

    public init(authenticator: Authenticator, store: any UserStore, clock: WallClock) {
        self.authenticator = authenticator
        self.store = store
        users = Cache(name: "users", limit: 2_048, clock: clock)
    }

    /// - Throws: `invalid_token`.
    public func respond(to credentials: PresentedCredentials, in domain: Domain) async throws -> [UInt8] {
        let caller = try await authenticator.caller(credentials, in: domain)
        let counts = if let counts = caller.counts { counts } else { try await store.counts() }
        guard let id = caller.user,
            let user = try await users.value(
                for: id, asOf: counts.endings, read: { try await store.user(id: id) }),
            user.isActive
        else {
            throw OAuthError.invalidToken("The access token speaks for no user")
        }
        var json = JSONWriter()
        json.beginObject()
        json.member("sub", user.id.text)
        user.standardClaims.write(to: &json)
        json.endObject()
        return json.bytes
    }
}
