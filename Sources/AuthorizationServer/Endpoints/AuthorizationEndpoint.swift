public import OAuth

/// Why an authorization request goes no further, and who may be told.
public enum AuthorizationFailure: Error, Sendable {
    /// Shown to the user on the server's own page (RFC 6749 §4.1.2.1, first paragraph).
    case shown(OAuthError)
    /// Sent back to the client. Only a URI that matched the client's registration is a `RedirectURI`
    /// (RFC 9700 §2.1, §4.11).
    case returned(OAuthError, AuthorizationResponse)
}

/// The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core §3.1.2).
public struct AuthorizationEndpoint: Sendable {
    /// What the end-user has said about the client's wish, where they were asked.
    public enum Decision: Sendable { case allow, deny }

    public enum Outcome: Sendable {
        case respond(AuthorizationResponse)
        /// The end-user signs in first, after this moment if there is one.
        case signIn(after: Timestamp?)
        /// The end-user is asked for consent.
        case ask(client: Client, scope: Scope, redirectURI: RedirectURI)
    }

    private let directory: Directory
    private let store: any GrantStore & ConsentStore
    private let generate: TokenGenerator
    private let clock: WallClock

    public init(
        directory: Directory, store: any GrantStore & ConsentStore, generate: TokenGenerator, clock: WallClock
    ) {
        self.directory = directory
        self.store = store
        self.generate = generate
        self.clock = clock
    }

    /// - Parameters:
    ///   - signedIn: whose session the request came with.
    ///   - decision: from the consent page, checked to be this session's; `nil` when nobody was asked.
    /// - Throws: `AuthorizationFailure`, `StoreError`.
    public func respond(
        to parameters: Parameters, signedIn: SignedIn?, decision: Decision?, in domain: Domain, issuer: String
    ) async throws -> Outcome {
        // §4.1.2.1: with a wrong client or redirect URI nobody is redirected.
        let (client, redirectURI) = try await target(of: parameters, in: domain)

        func fail(_ error: OAuthError, mode: ResponseMode = .query) -> AuthorizationFailure {
            // ts-client's response page ignores `error` and would ask again for ever.
            if client.policy.showsErrorsToResponsePages && redirectURI.isResponsePage { return .shown(error) }
            return .returned(
                error, .error(error, to: redirectURI, mode: mode, state: parameters["state"], issuer: issuer))
        }

        let request: AuthorizationRequest
        do { request = try AuthorizationRequest(parameters) } catch { throw fail(error) }
        do {
            guard client.policy.grantTypes.contains(.authorizationCode) else {
                throw OAuthError(.unauthorizedClient, "This application may not use the authorization code flow.")
            }
            // RFC 9700 §2.1.1: clients of this profile must use PKCE.
            guard request.codeChallenge != nil || !client.policy.requiresPKCE else {
                throw OAuthError.invalidRequest("The code_challenge is missing; this application must use PKCE.")
            }
            let scope = try client.grantable(request.scope)

            if decision == .deny {
                throw OAuthError(.accessDenied, "The resource owner or authorization server denied the request.")
            }
            guard let signedIn else {
                if request.prompts.contains(.none) {
                    throw OAuthError(.loginRequired, "The end-user is not signed in.")
                }
                return .signIn(after: nil)
            }
            if let moment = freshness(request, parameters, signedIn) {
                if request.prompts.contains(.none) {
                    throw OAuthError(.loginRequired, "The end-user signed in too long ago.")
                }
                return .signIn(after: moment)
            }
            if decision == nil, try await needsConsent(client, scope, request, signedIn) {
                if request.prompts.contains(.none) {
                    throw OAuthError(.consentRequired, "The end-user has not allowed this application yet.")
                }
                return .ask(client: client, scope: scope, redirectURI: redirectURI)
            }
            if let response = try await issueCode(
                for: request, scope: scope, to: client, redirectURI: redirectURI, signedIn: signedIn, in: domain,
                issuer: issuer)
            {
                return .respond(response)
            }
            if request.prompts.contains(.none) { throw OAuthError(.loginRequired, "The session has just ended.") }
            return .signIn(after: nil)
        } catch let error as OAuthError { throw fail(error, mode: request.responseMode) }
    }

    /// The client and the redirect URI of a request, which PlaceOS's clients always send.
    private func target(of parameters: Parameters, in domain: Domain) async throws -> (Client, RedirectURI) {
        guard let id = parameters["client_id"] else { throw AuthorizationFailure.shown(.missing("client_id")) }
        guard let client = try await directory.client(id: ClientID(id), in: domain), !client.isDisabled else {
            throw AuthorizationFailure.shown(.invalidClient("No application of this domain has this client_id."))
        }
        guard let text = parameters["redirect_uri"] else {
            throw AuthorizationFailure.shown(.missing("redirect_uri"))
        }
        guard let redirectURI = RedirectURI(text, registered: client.redirectURIs) else {
            throw AuthorizationFailure.shown(
                .invalidRequest("The redirect_uri is not one of those registered for this application."))
        }
        return (client, redirectURI)
    }

    /// The moment after which the end-user must have signed in, when the session is older than that
    /// (OpenID Connect Core §3.1.2.1, `max_age` and `prompt`). `auth_after` is this server's own: it stands
    /// in the address that a fresh sign-in comes back to.
    private func freshness(_ request: AuthorizationRequest, _ parameters: Parameters, _ signedIn: SignedIn)
        -> Timestamp?
    {
        let now = clock.now()
        let authenticated = signedIn.session.authenticatedAt
        // The client's own wishes stand first: `auth_after` in a request must not switch them off. A fresh
        // sign-in comes back without them, and with `auth_after` in their stead.
        if request.prompts.contains(.login) || request.prompts.contains(.selectAccount) { return now }
        if let maxAge = request.maxAge, authenticated + maxAge < now { return now }
        if let after = parameters["auth_after"].flatMap({ Int64($0) }).map(Timestamp.init(seconds:)), after <= now {
            return authenticated < after ? after : nil
        }
        return nil
    }

    /// Applications that an administrator registered as the site's own are never held up: PlaceOS's run
    /// this in a hidden frame.
    private func needsConsent(_ client: Client, _ scope: Scope, _ request: AuthorizationRequest, _ signedIn: SignedIn)
        async throws -> Bool
    {
        guard client.isThirdParty, !client.skipsAuthorization else { return false }
        if request.prompts.contains(.consent) { return true }
        guard let given = try await store.consent(of: signedIn.user.id, to: client.number) else { return true }
        return !scope.isWithin(given)
    }

    /// Remembers what the end-user allowed on the consent page.
    public func remember(consent scope: Scope, to client: Client, by user: User) async throws {
        let given = try await store.consent(of: user.id, to: client.number) ?? .empty
        let all = Scope(words: given.values + scope.values.filter { !given.contains($0) })
        do {
            try await store.save(consent: all, of: user.id, to: client.number, at: clock.now())
        } catch StoreError.missing {
            // The application or the user was removed meanwhile: nothing is left to be remembered.
        }
    }

    /// §4.1.2: a code, bound to the client, the redirect URI, the challenge, the nonce and the session. `nil` when
    /// the session, or what else it would be bound to, has just ended.
    private func issueCode(
        for request: AuthorizationRequest, scope: Scope, to client: Client, redirectURI: RedirectURI,
        signedIn: SignedIn, in domain: Domain, issuer: String
    ) async throws -> AuthorizationResponse? {
        let code = generate.secret()
        do {
            let isSaved = try await store.save(
                AuthorizationCode(
                    digest: code.digest, domain: domain.id, client: client.number, user: signedIn.user.id,
                    session: signedIn.session.digest, redirectURI: redirectURI.text, scope: scope,
                    codeChallenge: request.codeChallenge, nonce: request.nonce, issuer: issuer,
                    authenticatedAt: signedIn.session.authenticatedAt,
                    expiresAt: clock.now() + client.policy.codeLifetime))
            guard isSaved else { return nil }
        } catch StoreError.missing { return nil }
        return .code(
            code.exposed, to: redirectURI, mode: request.responseMode, state: request.state, issuer: issuer)
    }
}
