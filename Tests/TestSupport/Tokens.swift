public import AuthorizationServer
public import OAuth
import Web

extension TestSite {
    /// What the token endpoint gives a user of the domain for the password grant, by the public application.
    public func tokens(for user: User, in place: TestDomain? = nil, scope: String = "public") async throws
        -> TokenResponse
    {
        let place = place ?? localhost
        return try await services.token.respond(
            to: Parameters([
                "grant_type": "password", "client_id": place.application.id.text, "username": user.email.text,
                "password": TestDomain.password, "scope": scope,
            ]), authorization: nil, in: place.domain, issuer: "http://\(place.domain.host)", from: "127.0.0.1")
    }

    /// What the token endpoint gives the confidential application for itself (RFC 6749 §4.4).
    public func clientTokens(in place: TestDomain? = nil, scope: String = "public") async throws -> TokenResponse {
        let place = place ?? localhost
        return try await services.token.respond(
            to: Parameters([
                "grant_type": "client_credentials", "client_id": place.confidential.id.text,
                "client_secret": place.confidentialSecret.exposed, "scope": scope,
            ]), authorization: nil, in: place.domain, issuer: "http://\(place.domain.host)", from: "127.0.0.1")
    }

    /// A new API key of a user, as a client sends it.
    public func apiKey(
        for user: User, permissions: Permissions = [], scopes: [String] = ["public"], name: String = "key",
        lifetime: Duration? = nil
    ) async throws -> Secret {
        var draft = APIKeyDraft()
        draft.name = name
        draft.user = user.id
        draft.permissions = permissions
        draft.scopes = scopes
        draft.lifetime = lifetime
        return try await services.administration.createAPIKey(draft, by: "test").text
    }
}
