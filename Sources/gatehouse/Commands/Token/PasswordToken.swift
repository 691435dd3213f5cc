import ArgumentParser
import OAuth

struct PasswordToken: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "By a user's name and password (RFC 6749 section 4.3).",
        discussion: """
            Example: pass show jane | gatehouse token password --client-id ID --username jane@example.com \
            --password-stdin
            """)

    @OptionGroup var options: TokenOptions
    @Option(help: "The e-mail address.")
    var username: String
    @Flag(help: "Read the password from standard input; else from GATEHOUSE_PASSWORD or a terminal.")
    var passwordStdin = false

    func run() async throws {
        let password = try secret(
            "Password", variable: "GATEHOUSE_PASSWORD", fromStandardInput: passwordStdin, option: "--password-stdin")
        try await options.request(
            .password, [("username", username), ("password", password.exposed)],
            secret: SecretInput.environment("GATEHOUSE_CLIENT_SECRET"))
    }
}
