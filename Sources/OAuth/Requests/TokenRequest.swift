/// A request to the token endpoint, read once; nothing past this type sees a raw parameter.
///
/// RFC 6749 §4.1.3, §4.3.2, §4.4.2 and §6.
public enum TokenRequest: Sendable {
    case authorizationCode(code: Secret, redirectURI: String?, codeVerifier: String?)
    case refreshToken(Secret, scope: Scope?)
    case clientCredentials(scope: Scope?)
    case password(username: String, password: Secret, scope: Scope?)

    /// - Throws: `invalid_request`, `invalid_scope` or `unsupported_grant_type` (§5.2).
    public init(_ form: Parameters) throws(OAuthError) {
        let name = try form.require("grant_type")
        guard let grantType = GrantType(rawValue: name) else {
            throw OAuthError(.unsupportedGrantType, "The authorization grant type is not supported by this server.")
        }
        let scope: Scope? = if let text = form["scope"] { try Scope(parsing: text) } else { nil }
        switch grantType {
        case .authorizationCode:
            self = .authorizationCode(
                code: Secret(try form.require("code")), redirectURI: form["redirect_uri"],
                codeVerifier: form["code_verifier"])
        case .refreshToken: self = .refreshToken(Secret(try form.require("refresh_token")), scope: scope)
        case .clientCredentials: self = .clientCredentials(scope: scope)
        case .password:
            self = .password(
                username: try form.require("username"), password: Secret(try form.require("password")), scope: scope)
        }
    }

    public var grantType: GrantType {
        switch self {
        case .authorizationCode: .authorizationCode
        case .refreshToken: .refreshToken
        case .clientCredentials: .clientCredentials
        case .password: .password
        }
    }
}
