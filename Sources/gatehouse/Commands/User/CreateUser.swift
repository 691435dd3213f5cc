import ArgumentParser
import AuthorizationServer
import OAuth

struct CreateUser: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Add a user to a domain.",
        discussion: """
            The password is read from standard input, or asked for on a terminal.

            Example: pass show jane | gatehouse user create --email jane@example.com --name "Jane Doe" --password-stdin
            """)

    @OptionGroup var place: DomainOptions
    @Option(help: "The e-mail address, by which the user signs in.")
    var email: String
    @Option(help: "The full name.")
    var name: String
    @Flag(help: "Read the password from standard input, without its last newline.")
    var passwordStdin = false
    @Flag(help: "No password: the account signs in elsewhere, or not at all.")
    var noPassword = false
    @Flag(help: "May administer the site.")
    var admin = false
    @Flag(help: "May see what support needs to see.")
    var support = false
    @Flag(help: "Belongs to a program, not to a person.")
    var serviceAccount = false
    @Flag(help: "Skip the password policy. For test sites.")
    var allowWeakPassword = false
    @Option(name: .customLong("group"), help: "A group the user belongs to. May be given more than once.")
    var groups: [String] = []
    @Option(help: "Another name by which the user signs in.")
    var loginName: String?
    @Option(help: "The number that the organisation knows the user by.")
    var staffId: String?
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if passwordStdin && noPassword {
            throw ValidationError("--password-stdin and --no-password exclude each other.")
        }
    }

    func run() async throws {
        var draft = UserDraft()
        draft.email = email
        draft.name = name
        draft.password = try password()
        draft.allowsWeakPassword = allowWeakPassword
        draft.isAdministrator = admin
        draft.isSupport = support
        draft.isServiceAccount = serviceAccount
        draft.groups = groups
        draft.loginName = loginName
        draft.staffID = staffId

        try await place.withDomain(creating: true) { [draft] workspace, domain in
            let user = try await workspace.administration.createUser(draft, in: domain, by: Workspace.actor)
            output.tell(user.facts(in: domain))
        }
    }

    private func password() throws -> Secret? {
        if noPassword { return nil }
        if passwordStdin { return try SecretInput.standardInput() }
        guard SecretInput.isTerminal else {
            throw ProblemForOperator("Give the password on standard input with --password-stdin, or say --no-password.")
        }
        return try SecretInput.newPassword()
    }
}
