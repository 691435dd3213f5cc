/// What goes back to the client from the authorization endpoint.
///
/// RFC 6749 §4.1.2 and §4.1.2.1, with the issuer of RFC 9207.
public struct AuthorizationResponse: Sendable {
    public let redirectURI: RedirectURI
    public let mode: ResponseMode
    /// In the order they are written; `code` is the last of them, since clients that follow the PlaceOS
    /// documentation take everything after `code=`.
    public let parameters: [(name: String, value: String)]

    public static func code(
        _ code: String, to redirectURI: RedirectURI, mode: ResponseMode, state: String?, issuer: String
    ) -> AuthorizationResponse {
        var parameters: [(String, String)] = []
        if let state { parameters.append(("state", state)) }
        parameters.append(("iss", issuer))
        parameters.append(("code", code))
        return AuthorizationResponse(redirectURI: redirectURI, mode: mode, parameters: parameters)
    }

    public static func error(
        _ error: OAuthError, to redirectURI: RedirectURI, mode: ResponseMode, state: String?, issuer: String
    ) -> AuthorizationResponse {
        var parameters = [("error", error.code.rawValue), ("error_description", error.hint)]
        if let state { parameters.append(("state", state)) }
        parameters.append(("iss", issuer))
        return AuthorizationResponse(redirectURI: redirectURI, mode: mode, parameters: parameters)
    }

    /// The address for a redirect, in the modes `query` and `fragment`.
    public var location: String {
        let pairs = parameters.map { "\($0.name)=\(percentEncoded($0.value))" }.joined(separator: "&")
        switch mode {
        case .fragment: return "\(redirectURI.text)#\(pairs)"
        case .query, .formPost:
            return redirectURI.text + (redirectURI.text.contains("?") ? "&" : "?") + pairs
        }
    }
}
