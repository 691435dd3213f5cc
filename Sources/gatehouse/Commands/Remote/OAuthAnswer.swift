import OAuth

extension RemoteServer.Answer {
    /// The members of a successful answer of the token endpoint.
    ///
    /// - Throws: `ProblemForOperator` with what the server said (RFC 6749 §5.2).
    func token() throws -> JSON {
        if (200..<300).contains(status), let json, json["access_token"]?.string != nil { return json }
        guard let code = json?["error"]?.string else {
            throw ProblemForOperator(
                "The server answered \(status) without a token: \(printable(String(text.prefix(300))))")
        }
        let hint = json?["error_description"]?.string ?? "it does not say why"
        throw ProblemForOperator("The server answered \(status) \(printable(code)): \(printable(hint))")
    }
}

extension OutputOptions {
    /// The access token alone, for `$(…)`; with `--json` all of the answer.
    func tell(token answer: JSON) {
        print(json ? answer.text : printable(answer["access_token"]?.string ?? ""))
    }
}
