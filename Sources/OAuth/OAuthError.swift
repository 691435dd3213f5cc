/// A refusal in the words of the protocol: the code a client's program acts on and the hint its
/// developer reads.
///
/// RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, OpenID Connect Core §3.1.2.6. The HTTP status is not
/// part of it: the web layer chooses that.
public struct OAuthError: Error, Hashable, Sendable {
    /// The `error` parameter, spelled as the RFCs spell it.
    public enum Code: String, Sendable, CaseIterable {
        case invalidRequest = "invalid_request"
        case invalidClient = "invalid_client"
        case invalidGrant = "invalid_grant"
        case invalidScope = "invalid_scope"
        case unauthorizedClient = "unauthorized_client"
        case unsupportedGrantType = "unsupported_grant_type"
        case unsupportedResponseType = "unsupported_response_type"
        case accessDenied = "access_denied"
        case serverError = "server_error"
        case temporarilyUnavailable = "temporarily_unavailable"
        case invalidToken = "invalid_token"
        case insufficientScope = "insufficient_scope"
        case loginRequired = "login_required"
        case consentRequired = "consent_required"
        case interactionRequired = "interaction_required"
        case requestNotSupported = "request_not_supported"
        case requestURINotSupported = "request_uri_not_supported"
    }

    public let code: Code

    /// The `error_description` parameter: one sentence that says what to change. It is sent to the
    /// client, so it names no user, secret or table. ASCII without `"` or `\` (RFC 6749 §5.2).
    public let hint: String

    public init(_ code: Code, _ hint: String) {
        self.code = code
        self.hint = hint
    }

    public static func invalidRequest(_ hint: String) -> OAuthError { OAuthError(.invalidRequest, hint) }
    public static func invalidClient(_ hint: String) -> OAuthError { OAuthError(.invalidClient, hint) }
    public static func invalidGrant(_ hint: String) -> OAuthError { OAuthError(.invalidGrant, hint) }
    public static func invalidScope(_ hint: String) -> OAuthError { OAuthError(.invalidScope, hint) }
    public static func invalidToken(_ hint: String) -> OAuthError { OAuthError(.invalidToken, hint) }
    public static func missing(_ parameter: String) -> OAuthError {
        .invalidRequest("Missing required parameter: \(parameter).")
    }
}
