/// A request to the authorization endpoint, read once its client and redirect URI are known to be good,
/// so that every fault found here may be told to the client.
///
/// RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core §3.1.2.1.
public struct AuthorizationRequest: Sendable {
    public let scope: Scope?
    public let state: String?
    public let responseMode: ResponseMode
    public let codeChallenge: CodeChallenge?
    public let nonce: String?
    public let prompts: Set<Prompt>
    public let maxAge: Duration?

    static let longestState = 4_096
    static let longestNonce = 512

    /// - Throws: `invalid_request`, `invalid_scope`, `unsupported_response_type`, `request_not_supported`
    ///   or `request_uri_not_supported`.
    public init(_ parameters: Parameters) throws(OAuthError) {
        // OpenID Connect Core §6: request objects are refused and nothing is fetched.
        guard !parameters.has("request") else {
            throw OAuthError(.requestNotSupported, "Request objects are not supported.")
        }
        guard !parameters.has("request_uri") else {
            throw OAuthError(.requestURINotSupported, "The request_uri parameter is not supported.")
        }
        // §3.1.1. RFC 9700 §2.1.2 advises against every type that puts a token into a URL.
        let type = try parameters.require("response_type")
        guard type == "code" else {
            throw OAuthError(.unsupportedResponseType, "The response_type must be code.")
        }

        state = parameters["state"]
        guard (state?.utf8.count ?? 0) <= Self.longestState else {
            throw .invalidRequest("The state is longer than \(Self.longestState) characters.")
        }
        nonce = parameters["nonce"]
        guard (nonce?.utf8.count ?? 0) <= Self.longestNonce else {
            throw .invalidRequest("The nonce is longer than \(Self.longestNonce) characters.")
        }

        if let mode = parameters["response_mode"] {
            guard let known = ResponseMode(rawValue: mode) else {
                throw .invalidRequest("The response_mode must be query, fragment or form_post.")
            }
            responseMode = known
        } else {
            responseMode = .query
        }

        if let challenge = parameters["code_challenge"] {
            codeChallenge = try CodeChallenge(challenge, method: parameters["code_challenge_method"])
        } else {
            guard parameters["code_challenge_method"] == nil else { throw .missing("code_challenge") }
            codeChallenge = nil
        }

        scope = if let text = parameters["scope"] { try Scope(parsing: text) } else { nil }

        var prompts: Set<Prompt> = []
        for word in (parameters["prompt"] ?? "").split(separator: " ") {
            guard let prompt = Prompt(rawValue: String(word)) else {
                throw .invalidRequest("The prompt must be none, login, consent or select_account.")
            }
            prompts.insert(prompt)
        }
        guard !prompts.contains(.none) || prompts.count == 1 else {
            throw .invalidRequest("The prompt none stands alone.")
        }
        self.prompts = prompts

        if let text = parameters["max_age"] {
            guard let seconds = Int64(text), (0...Int64(Int32.max)).contains(seconds) else {
                throw .invalidRequest("The max_age must be a number of seconds.")
            }
            maxAge = .seconds(seconds)
        } else {
            maxAge = nil
        }
    }
}
