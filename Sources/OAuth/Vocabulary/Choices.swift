/// How a client gets tokens (RFC 6749 §1.3). A new grant makes every `switch` speak up.
public enum GrantType: String, Sendable, CaseIterable {
    case authorizationCode = "authorization_code"
    case refreshToken = "refresh_token"
    case clientCredentials = "client_credentials"
    case password
}

/// How the parameters of an authorization response travel (OAuth 2.0 Multiple Response Type
/// Encoding Practices §2.1, Form Post Response Mode).
public enum ResponseMode: String, Sendable, CaseIterable {
    case query, fragment
    case formPost = "form_post"
}

/// What the authorization server asks of the end-user (OpenID Connect Core §3.1.2.1).
public enum Prompt: String, Sendable, CaseIterable {
    case none, login, consent
    case selectAccount = "select_account"
}

/// How an access token is written.
public enum AccessTokenFormat: String, Sendable, CaseIterable {
    /// The claims that PlaceOS's services read, issuer `POS`.
    case placeos
    /// RFC 9068: `typ` `at+jwt`.
    case jwt
    /// Sealed: only this server can read it.
    case opaque
}
