import ArgumentParser
import AuthorizationServer
import OAuth

struct SetPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-password", abstract: "Set a user's password, which ends the user's sessions and tokens.",
        discussion: """
            The password is read from standard input, or asked for on a terminal.

            Example: pass show jane | gatehouse user set-password jane@example.com --password-stdin
            """)

    @OptionGroup var place: DomainOptions
    @OptionGroup var who: UserArgument
    @Flag(help: "Read the password from standard input, without its last newline.")
    var passwordStdin = false
    @Flag(help: "Skip the password policy. For test sites.")
    var allowWeakPassword = false
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let password = try password()
        try await place.withDomain { workspace, domain in
            let user = try await workspace.user(who.user, in: domain)
            try await workspace.administration.setPassword(
                password, of: user, in: domain, allowsWeak: allowWeakPassword, by: Workspace.actor)
            output.tell(
                "Set the password of \(user.email). Sessions and tokens of before have ended.",
                ["id": .text(user.id.text), "email": .text(user.email.text)])
        }
    }

    private func password() throws -> Secret {
        if passwordStdin { return try SecretInput.standardInput() }
        guard SecretInput.isTerminal else {
            throw ProblemForOperator("Give the password on standard input with --password-stdin.")
        }
        return try SecretInput.newPassword()
    }
}
