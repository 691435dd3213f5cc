import ArgumentParser
import AuthorizationServer
import OAuth

struct DeleteUser: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a user, with sessions, tokens and API keys.",
        discussion: "Example: gatehouse user delete jane@example.com")

    @OptionGroup var place: DomainOptions
    @OptionGroup var who: UserArgument
    @Flag(help: "Remove the user also where the domain only marks users as deleted.")
    var force = false
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withDomain { workspace, domain in
            let user = try await workspace.user(who.user, in: domain)
            try await workspace.administration.deleteUser(user, in: domain, force: force, by: Workspace.actor)
            output.tell("Deleted the user \(user.email).", ["deleted": .text(user.id.text)])
        }
    }
}
