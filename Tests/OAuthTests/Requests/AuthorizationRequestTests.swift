import OAuth
import Testing

@Suite("RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1: an authorization request")
struct AuthorizationRequestTests {
    private let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    @Test func `the least is a response type`() throws {
        let request = try AuthorizationRequest(Parameters(form: "response_type=code".utf8))

        #expect(request.scope == nil)
        #expect(request.state == nil)
        #expect(request.responseMode == .query)
        #expect(request.codeChallenge == nil)
        #expect(request.prompts.isEmpty)
        #expect(request.maxAge == nil)
    }

    @Test func `everything a client may say is read`() throws {
        let request = try AuthorizationRequest(
            Parameters([
                "response_type": "code", "scope": "openid public", "state": "a b&c", "response_mode": "form_post",
                "code_challenge": challenge + "=", "code_challenge_method": "S256", "nonce": "n",
                "prompt": "login consent", "max_age": "0",
            ]))

        #expect(request.scope == Scope(words: ["openid", "public"]))
        #expect(request.state == "a b&c")
        #expect(request.responseMode == .formPost)
        #expect(request.codeChallenge?.text == challenge)
        #expect(request.nonce == "n")
        #expect(request.prompts == [.login, .consent])
        #expect(request.maxAge == .zero)
    }

    @Test(
        "is refused",
        arguments: [
            ("", .invalidRequest),
            ("response_type=", .invalidRequest),
            ("response_type=token", .unsupportedResponseType),
            ("response_type=id_token", .unsupportedResponseType),
            ("response_type=code+token", .unsupportedResponseType),
            ("response_type=CODE", .unsupportedResponseType),
            ("response_type=code&request=abc", .requestNotSupported),
            ("response_type=code&request=", .requestNotSupported),
            ("response_type=code&request_uri=https://a.example", .requestURINotSupported),
            ("response_type=code&response_mode=jwt", .invalidRequest),
            ("response_type=code&code_challenge_method=S256", .invalidRequest),
            ("response_type=code&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", .invalidRequest),
            (
                "response_type=code&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=plain",
                .invalidRequest
            ),
            ("response_type=code&code_challenge=short&code_challenge_method=S256", .invalidRequest),
            ("response_type=code&scope=a%22b", .invalidScope),
            ("response_type=code&prompt=register", .invalidRequest),
            ("response_type=code&prompt=none+login", .invalidRequest),
            ("response_type=code&max_age=-1", .invalidRequest),
            ("response_type=code&max_age=soon", .invalidRequest),
            ("response_type=code&max_age=1.5", .invalidRequest),
            ("response_type=code&max_age=99999999999999999999", .invalidRequest),
            ("response_type=code&state=" + String(repeating: "a", count: 4_097), .invalidRequest),
            ("response_type=code&nonce=" + String(repeating: "a", count: 513), .invalidRequest),
        ] as [(String, OAuthError.Code)])
    func refused(query: String, expected: OAuthError.Code) throws {
        let parameters = try Parameters(form: query.utf8)

        #expect(code { () throws(OAuthError) in _ = try AuthorizationRequest(parameters) } == expected)
    }
}

@Suite("RFC 6749 §4.1.3, §4.3.2, §4.4.2 and §6: a token request")
struct TokenRequestTests {
    @Test func `each grant type has its own parameters`() throws {
        guard
            case .authorizationCode(let code, let redirectURI, let verifier) = try request(
                "grant_type=authorization_code&code=c&redirect_uri=r&code_verifier=v")
        else { return #expect(Bool(false)) }
        #expect(code == Secret("c") && redirectURI == "r" && verifier == "v")

        guard
            case .refreshToken(let token, let scope) = try request("grant_type=refresh_token&refresh_token=t&scope=a+b")
        else { return #expect(Bool(false)) }
        #expect(token == Secret("t") && scope == Scope(words: ["a", "b"]))

        guard case .clientCredentials(nil) = try request("grant_type=client_credentials") else {
            return #expect(Bool(false))
        }
        guard case .password("u", let password, nil) = try request("grant_type=password&username=u&password=p") else {
            return #expect(Bool(false))
        }
        #expect(password == Secret("p"))
    }

    @Test(
        "is refused",
        arguments: [
            ("", .invalidRequest), ("grant_type=", .invalidRequest), ("grant_type=implicit", .unsupportedGrantType),
            ("grant_type=PASSWORD", .unsupportedGrantType), ("grant_type=authorization_code", .invalidRequest),
            ("grant_type=refresh_token", .invalidRequest), ("grant_type=password&username=u", .invalidRequest),
            ("grant_type=password&password=p", .invalidRequest),
            ("grant_type=client_credentials&scope=a%5Cb", .invalidScope),
        ] as [(String, OAuthError.Code)])
    func refused(form: String, expected: OAuthError.Code) {
        #expect(code { () throws(OAuthError) in _ = try request(form) } == expected)
    }

    private func request(_ form: String) throws(OAuthError) -> TokenRequest {
        try TokenRequest(Parameters(form: form.utf8))
    }
}
