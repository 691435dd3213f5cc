import ArgumentParser
import OAuth

struct ClientCredentialsToken: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client-credentials", abstract: "For the application itself (RFC 6749 section 4.4).",
        discussion:
            "Example: pass show photos | gatehouse token client-credentials --client-id ID --client-secret-stdin")

    @OptionGroup var options: TokenOptions
    @Flag(help: "Read the client secret from standard input; else from GATEHOUSE_CLIENT_SECRET or a terminal.")
    var clientSecretStdin = false

    func run() async throws {
        let secret = try secret(
            "Client secret", variable: "GATEHOUSE_CLIENT_SECRET", fromStandardInput: clientSecretStdin,
            option: "--client-secret-stdin")
        try await options.request(.clientCredentials, [], secret: secret)
    }
}
