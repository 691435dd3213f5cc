import Metrics
public import OAuth

/// The token endpoint (RFC 6749 §3.2).
public struct TokenEndpoint: Sendable {
    private let clients: ClientAuthenticator
    private let authorizationCode: AuthorizationCodeGrant
    private let refreshToken: RefreshTokenGrant
    private let clientCredentials: ClientCredentialsGrant
    private let password: PasswordGrant
    private let issued: [GrantType: Counter]

    public init(
        clients: ClientAuthenticator, store: any GrantStore & UserStore, signIn: SignIn, issuer: TokenIssuer,
        generate: TokenGenerator, clock: WallClock
    ) {
        self.clients = clients
        authorizationCode = AuthorizationCodeGrant(store: store, issuer: issuer, generate: generate, clock: clock)
        refreshToken = RefreshTokenGrant(store: store, issuer: issuer, clock: clock)
        clientCredentials = ClientCredentialsGrant(store: store, issuer: issuer, clock: clock)
        password = PasswordGrant(store: store, signIn: signIn, issuer: issuer, generate: generate, clock: clock)
        issued = Dictionary(
            uniqueKeysWithValues: GrantType.allCases.map {
                ($0, Counter(label: "gatehouse_tokens_issued_total", dimensions: [("grant", $0.rawValue)]))
            })
    }

    /// - Parameters:
    ///   - issuer: the domain's issuer as this request reached it.
    ///   - address: the caller's, for counting sign-in attempts.
    /// - Throws: `OAuthError`; `SignInFailure.throttled` for the password grant; `StoreError`.
    public func respond(
        to form: Parameters, authorization: String?, in domain: Domain, issuer: String, from address: String
    ) async throws -> TokenResponse {
        // §5.2: the request names a grant type that exists.
        let request = try TokenRequest(form)

        // §3.2.1: the client authenticates, whatever it asks for,
        let client = try await clients.authenticate(form, authorization: authorization, in: domain)

        // and may use this grant type.
        guard client.policy.grantTypes.contains(request.grantType) else {
            throw OAuthError(.unauthorizedClient, "This application may not use this grant type.")
        }

        // §4.1.3, §6, §4.4.2, §4.3.2: each grant has its own file, and the compiler counts them.
        let answer =
            switch request {
            case .authorizationCode(let code, let redirectURI, let codeVerifier):
                try await authorizationCode.exchange(
                    code: code, redirectURI: redirectURI, codeVerifier: codeVerifier, for: client, in: domain)
            case .refreshToken(let token, let scope):
                try await refreshToken.exchange(token, scope: scope, for: client, in: domain)
            case .clientCredentials(let scope):
                try await clientCredentials.exchange(scope: scope, for: client, in: domain, issuer: issuer)
            case .password(let username, let secret, let scope):
                try await password.exchange(
                    username: username, password: secret, scope: scope, for: client, in: domain, issuer: issuer,
                    from: address)
            }
        issued[request.grantType]?.increment()
        return answer
    }
}
