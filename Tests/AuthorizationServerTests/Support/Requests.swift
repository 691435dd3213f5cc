import AuthorizationServer
import Cryptography
import OAuth
import Storage
import TestSupport
import Web

extension TestSite {
    /// The answer of the token endpoint.
    func token(_ form: KeyValuePairs<String, String>, authorization: String? = nil, in domain: Domain? = nil)
        async throws -> TokenResponse
    {
        let domain = domain ?? localhost.domain
        return try await services.token.respond(
            to: Parameters(form), authorization: authorization, in: domain, issuer: "https://\(domain.host)",
            from: "192.0.2.1")
    }

    func refresh(_ token: String?, scope: String = "", as client: Client? = nil) async throws -> TokenResponse {
        try await self.token([
            "grant_type": "refresh_token", "refresh_token": token ?? "",
            "client_id": (client ?? localhost.application).id.text, "scope": scope,
        ])
    }

    func redeem(
        _ code: String, redirectURI: String = TestDomain.redirectURI, verifier: String = "", as client: Client? = nil
    ) async throws -> TokenResponse {
        try await token([
            "grant_type": "authorization_code", "code": code, "redirect_uri": redirectURI, "code_verifier": verifier,
            "client_id": (client ?? localhost.application).id.text,
        ])
    }

    /// A browser session of the user.
    func signIn(_ user: User) async throws -> SignedIn {
        let domain = localhost.domain
        let started = try await services.sessions.start(for: user, in: domain, userAgent: "", from: "192.0.2.1")
        guard let found = try await services.sessions.find(started.secret.exposed, in: domain) else {
            throw Unexpected()
        }
        return found
    }

    /// The answer of the authorization endpoint to a request of `client`, by default the public application.
    func authorize(
        _ query: KeyValuePairs<String, String> = [:], by client: Client? = nil, signedIn: SignedIn?,
        decision: AuthorizationEndpoint.Decision? = nil
    ) async throws -> AuthorizationEndpoint.Outcome {
        let client = client ?? localhost.application
        var parameters = try Parameters(query)
        for (name, value) in [
            ("response_type", "code"), ("client_id", client.id.text), ("redirect_uri", client.redirectURIs.first ?? ""),
        ] where !parameters.has(name) { try parameters.add(name, value) }
        return try await services.authorization.respond(
            to: parameters, signedIn: signedIn, decision: decision, in: localhost.domain, issuer: "https://localhost")
    }

    /// A fresh code for the user, as it goes over the wire.
    func code(
        for user: User? = nil, _ query: KeyValuePairs<String, String> = [:], by client: Client? = nil
    ) async throws -> String {
        let signedIn = try await signIn(user ?? localhost.user)
        guard case .respond(let response) = try await authorize(query, by: client, signedIn: signedIn),
            let code = response.parameters.last, code.name == "code"
        else { throw Unexpected() }
        return code.value
    }

    /// Another application of the domain.
    func addApplication(_ name: String, _ profile: Profile, set: (inout ApplicationDraft) -> Void = { _ in })
        async throws -> (client: Client, secret: Secret)
    {
        var draft = ApplicationDraft()
        draft.name = name
        draft.redirectURIs = ["https://\(name).example/callback"]
        draft.scopes = TestDomain.scopes
        draft.profile = profile
        set(&draft)
        return try await services.administration.createApplication(draft, in: localhost.domain, by: "test")
    }

    /// The domain with another policy, as an administrator sets it.
    func domain(_ change: (inout DomainPolicy) -> Void) async throws -> Domain {
        var draft = DomainDraft()
        var policy = localhost.domain.policy
        change(&policy)
        draft.policy = policy
        return try await services.administration.updateDomain(localhost.domain, draft, by: "test")
    }

    func setUser(_ user: User, _ change: (inout UserDraft) -> Void) async throws {
        var draft = UserDraft()
        change(&draft)
        _ = try await services.administration.updateUser(user, draft, in: localhost.domain, by: "test")
    }

    /// Whether the access token is in force.
    func accepts(_ accessToken: String, in domain: Domain? = nil) async throws -> Bool {
        do {
            _ = try await services.accessTokens.verify(accessToken, in: domain ?? localhost.domain)
            return true
        } catch let error as OAuthError where error.code == .invalidToken { return false }
    }

    func events(_ kind: Event.Kind) async throws -> [Event] {
        try await store.events(of: localhost.domain.id, ListRequest(limit: 1_000)).items.filter { $0.kind == kind }
    }
}

/// A step of a test's situation did not come about.
struct Unexpected: Error {}

/// The code that an act is refused with; `nil` when it is not refused.
func refusal(_ act: () async throws -> Void) async throws -> OAuthError.Code? {
    do { try await act() } catch let error as OAuthError { return error.code }
    return nil
}

/// The claims of a JWT, unverified.
func claims(_ token: String) throws -> JSON { try part(1, of: token) }
func header(_ token: String) throws -> JSON { try part(0, of: token) }

private func part(_ index: Int, of token: String) throws -> JSON {
    let parts = token.split(separator: ".")
    guard parts.indices.contains(index), let bytes = Base64URL.decode(parts[index]) else { throw Unexpected() }
    return try JSON(parsing: bytes)
}

/// The verifier of RFC 7636 appendix B, and its challenge.
let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
