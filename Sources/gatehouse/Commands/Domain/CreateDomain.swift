import ArgumentParser
import AuthorizationServer

struct CreateDomain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Add a domain, with a key of its own.",
        discussion: "Example: gatehouse domain create --host sso.example.com --name Example")

    @OptionGroup var place: DataOptions
    @Option(help: "The host name that requests come with; a URL is cut down to it.")
    var host: String
    @Option(help: "What people see on its pages.")
    var name: String
    @OptionGroup var settings: DomainSettings
    @OptionGroup var output: OutputOptions

    func run() async throws {
        var draft = try settings.draft(from: DomainPolicy())
        draft.host = host
        draft.name = name
        try await place.withPreparedWorkspace(creating: true) { [draft] workspace, _ in
            output.tell(try await workspace.administration.createDomain(draft, by: Workspace.actor).facts)
        }
    }
}
