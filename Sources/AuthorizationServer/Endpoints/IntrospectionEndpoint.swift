public import OAuth

/// The introspection endpoint (RFC 7662), and PlaceOS's older `token/info`.
public struct IntrospectionEndpoint: Sendable {
    private let clients: ClientAuthenticator
    private let store: any GrantStore & ClientStore
    private let accessTokens: AccessTokens
    private let clock: WallClock

    public init(
        clients: ClientAuthenticator, store: any GrantStore & ClientStore, accessTokens: AccessTokens,
        clock: WallClock
    ) {
        self.clients = clients
        self.store = store
        self.accessTokens = accessTokens
        self.clock = clock
    }

    private static let inactive: [UInt8] = Array(#"{"active":false}"#.utf8)

    /// Tells a confidential client about its own tokens, or a token's holder about another token of the
    /// same client. About anything else: inactive, and nothing more (§2.2).
    ///
    /// - Throws: `invalid_request` without credentials, `invalid_client`, `invalid_token`.
    public func respond(to parameters: Parameters, authorization: String?, in domain: Domain) async throws -> [UInt8] {
        if let bearer = bearerToken(authorization) {
            let caller = try await accessTokens.verify(bearer, in: domain)
            let token = try parameters.require("token")
            let refused = OAuthError.invalidToken("The access token may not introspect this token")
            guard token != bearer, let found = try await find(token, in: domain), found.client == caller.standing.client
            else { throw refused }
            return found.json
        }
        guard parameters["client_id"] != nil || authorization != nil else {
            throw OAuthError.invalidRequest("The request has no client credentials and no bearer token.")
        }
        let client = try await clients.authenticate(parameters, authorization: authorization, in: domain)
        // §2.1: an identifier alone is no authentication.
        guard client.isConfidential else {
            throw OAuthError.invalidClient("Only a confidential application may introspect tokens.")
        }
        let token = try parameters.require("token")
        guard let found = try await find(token, in: domain), found.client == client.number else { return Self.inactive }
        return found.json
    }

    private func bearerToken(_ authorization: String?) -> String? {
        guard let authorization, authorization.hasPrefix(ignoringCase: "bearer ") else { return nil }
        return String(Substring(authorization.utf8.dropFirst(7)))
    }

    private struct Active {
        let client: Int64
        let json: [UInt8]
    }

    private func find(_ token: String, in domain: Domain) async throws -> Active? {
        do {
            let token = try await accessTokens.verify(token, in: domain)
            let claims = token.claims
            return Active(
                client: token.standing.client,
                json: Self.json(
                    scope: claims.scope, clientID: token.standing.clientID, issuedAt: claims.issuedAt,
                    expiresAt: claims.expiresAt, subject: claims.subject))
        } catch is OAuthError {
            return try await findRefreshToken(token, in: domain)
        }
    }

    private func findRefreshToken(_ token: String, in domain: Domain) async throws -> Active? {
        guard token.utf8.count <= 256, let (found, user) = try await store.refreshToken(digest: Secret(token).digest),
            found.grant.domain == domain.id, !found.isGrantRevoked, found.rotatedAt == nil,
            clock.now() < found.expiresAt, let client = try await store.client(number: found.grant.client),
            !client.isDisabled, user.isActive
        else { return nil }
        return Active(
            client: client.number,
            json: Self.json(
                scope: found.grant.scope, clientID: client.id, issuedAt: found.grant.createdAt,
                expiresAt: found.expiresAt, subject: user.id.text))
    }

    private static func json(
        scope: Scope, clientID: ClientID, issuedAt: Timestamp, expiresAt: Timestamp, subject: String
    ) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.name("active")
        json.bool(true)
        json.member("scope", scope.description)
        json.member("client_id", clientID.text)
        json.member("token_type", "Bearer")
        json.member("iat", issuedAt.seconds)
        json.member("exp", expiresAt.seconds)
        json.member("sub", subject)
        json.endObject()
        return json.bytes
    }

    /// What PlaceOS's `token/info` tells a token's holder about it.
    ///
    /// - Throws: `invalid_token`.
    public func tokenInfo(_ bearer: String?, in domain: Domain) async throws -> [UInt8] {
        guard let bearer else { throw OAuthError.invalidToken("The access token is invalid") }
        let token = try await accessTokens.verify(bearer, in: domain)
        var json = JSONWriter()
        json.beginObject()
        json.name("resource_owner_id")
        if let user = token.user { json.string(user.text) } else { json.null() }
        json.member("scope", texts: token.claims.scope.values)
        json.member("expires_in", max(0, (token.claims.expiresAt - clock.now()).wholeSeconds))
        json.name("application")
        json.beginObject()
        json.member("uid", token.standing.clientID.text)
        json.endObject()
        json.member("created_at", token.claims.issuedAt.seconds)
        json.endObject()
        return json.bytes
    }
}
