import ArgumentParser
import AuthorizationServer

struct UpdateDomain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change a domain. What isn't named stays as it is.",
        discussion: "Example: gatehouse domain update sso.example.com --password-grant service_accounts")

    @OptionGroup var place: DataOptions
    @OptionGroup var which: DomainArgument
    @Option(help: "The host name that requests come with from now on.")
    var host: String?
    @Option(help: "What people see on its pages.")
    var name: String?
    @OptionGroup var settings: DomainSettings
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withWorkspace { workspace, _ in
            let domain = try await workspace.domain(which.domain)
            var draft = try settings.draft(from: domain.policy)
            draft.host = host
            draft.name = name
            output.tell(try await workspace.administration.updateDomain(domain, draft, by: Workspace.actor).facts)
        }
    }
}
