import ArgumentParser
import OAuth

struct RefreshedToken: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refresh", abstract: "By a refresh token (RFC 6749 section 6).",
        discussion: """
            The answer has a new refresh token, and the old one ends: --json shows it.

            Example: gatehouse token refresh --client-id ID --refresh-token-stdin --json < refresh-token
            """)

    @OptionGroup var options: TokenOptions
    @Flag(help: "Read the refresh token from standard input; else from GATEHOUSE_REFRESH_TOKEN or a terminal.")
    var refreshTokenStdin = false

    func run() async throws {
        let token = try secret(
            "Refresh token", variable: "GATEHOUSE_REFRESH_TOKEN", fromStandardInput: refreshTokenStdin,
            option: "--refresh-token-stdin")
        try await options.request(
            .refreshToken, [("refresh_token", token.exposed)],
            secret: SecretInput.environment("GATEHOUSE_CLIENT_SECRET"))
    }
}
