import ArgumentParser
import AuthorizationServer

struct UpdateUser: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change a user. What isn't named stays as it is.",
        discussion: """
            A user who is disabled can't sign in, and the tokens and keys of the user are refused at once.

            Example: gatehouse user update jane@example.com --disabled
            """)

    @OptionGroup var place: DomainOptions
    @OptionGroup var who: UserArgument
    @Option(help: "The full name.")
    var name: String?
    @Flag(inversion: .prefixedNo, help: "May administer the site.")
    var admin: Bool?
    @Flag(inversion: .prefixedNo, help: "May see what support needs to see.")
    var support: Bool?
    @Flag(inversion: .prefixedNo, help: "Belongs to a program, not to a person.")
    var serviceAccount: Bool?
    @Flag(inversion: .prefixedNo, help: "Can't sign in, and nothing of it is accepted.")
    var disabled: Bool?
    @Option(name: .customLong("group"), help: "All groups of the user from now on. May be given more than once.")
    var groups: [String] = []
    @Option(help: "Another name by which the user signs in; empty for none.")
    var loginName: String?
    @Option(help: "The number that the organisation knows the user by; empty for none.")
    var staffId: String?
    @OptionGroup var output: OutputOptions

    func run() async throws {
        var draft = UserDraft()
        draft.name = name
        draft.isAdministrator = admin
        draft.isSupport = support
        draft.isServiceAccount = serviceAccount
        draft.isDisabled = disabled
        if !groups.isEmpty { draft.groups = groups }
        draft.loginName = loginName
        draft.staffID = staffId

        try await place.withDomain { [draft] workspace, domain in
            let user = try await workspace.user(who.user, in: domain)
            let updated = try await workspace.administration.updateUser(user, draft, in: domain, by: Workspace.actor)
            output.tell(updated.facts(in: domain))
        }
    }
}
