import OAuth

/// What a server says about itself (RFC 8414 §3).
struct Provider {
    let issuer: String
    let authorizationEndpoint: String
    let tokenEndpoint: String
    private let namesItself: Bool

    init(_ server: RemoteServer) async throws {
        let answer = try await server.get("/.well-known/openid-configuration")
        guard answer.status == 200, let json = answer.json, let issuer = json["issuer"]?.string,
            let authorizationEndpoint = json["authorization_endpoint"]?.string,
            let tokenEndpoint = json["token_endpoint"]?.string
        else {
            throw ProblemForOperator(
                "\(server.url) is no OpenID Provider: /.well-known/openid-configuration answered \(answer.status). "
                    + "Is there a domain of this host name? See: gatehouse domain list")
        }
        self.issuer = issuer
        self.authorizationEndpoint = authorizationEndpoint
        self.tokenEndpoint = tokenEndpoint
        namesItself = json["authorization_response_iss_parameter_supported"]?.bool ?? false
    }

    /// The code of an authorization response whose `state` was checked.
    ///
    /// - Throws: `ProblemForOperator` for a refusal, or a response of another server (RFC 9207 §2.4).
    func code(in response: Parameters) throws -> String {
        if let given = response["iss"] ?? (namesItself ? "" : nil), given != issuer {
            throw ProblemForOperator(
                "The response names the issuer \"\(printable(given))\", not \(issuer). It was not used.")
        }
        if let error = response["error"] {
            let hint = response["error_description"] ?? "the server does not say why"
            throw ProblemForOperator("The sign-in was refused, \(printable(error)): \(printable(hint))")
        }
        guard let code = response["code"] else { throw ProblemForOperator("The response holds no code.") }
        return code
    }
}
