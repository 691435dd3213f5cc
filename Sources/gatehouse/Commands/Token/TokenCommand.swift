import ArgumentParser
import OAuth

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Get a token from a running server, and print it.",
        discussion: """
            Secrets come from standard input or from the environment, since everybody on the machine can read command \
            lines: GATEHOUSE_PASSWORD, GATEHOUSE_CLIENT_SECRET, GATEHOUSE_REFRESH_TOKEN.

            Example: TOKEN=$(gatehouse token client-credentials --client-id ID)
            """,
        subcommands: [PasswordToken.self, ClientCredentialsToken.self, RefreshedToken.self])
}

/// What every request to the token endpoint has.
struct TokenOptions: ParsableArguments {
    @OptionGroup var target: ServerOptions
    @Option(help: "The application's client_id.")
    var clientID: String
    @Option(help: "What to ask for: words between spaces. (default: as the server decides)")
    var scope: String?
    @OptionGroup var output: OutputOptions

    /// Asks, with the client's secret where there is one (RFC 6749 §2.3.1).
    func request(_ grant: GrantType, _ parameters: [(name: String, value: String)], secret: Secret?) async throws {
        target.warnOfPlainHTTP()
        var form = [("grant_type", grant.rawValue)] + parameters + [("client_id", clientID)]
        if let secret { form.append(("client_secret", secret.exposed)) }
        if let scope { form.append(("scope", scope)) }
        let answer = try await target.server.post("/auth/oauth/token", form: form)
        output.tell(token: try answer.token())
    }
}

/// Finds a secret where it may be.
func secret(_ name: String, variable: String, fromStandardInput: Bool, option: String) throws -> Secret {
    if fromStandardInput { return try SecretInput.standardInput() }
    if let secret = SecretInput.environment(variable) { return secret }
    if SecretInput.isTerminal { return try SecretInput.prompt(name) }
    throw ProblemForOperator("\(name) is missing: give it on standard input with \(option), or in \(variable).")
}
