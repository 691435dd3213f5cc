import ArgumentParser
import AuthorizationServer
import OAuth

struct CreateAPIKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make an API key for a user, and print it once.",
        discussion: "Example: gatehouse api-key create --user kiosk@example.com --name \"Lobby kiosk\" --scope public")

    @OptionGroup var place: DomainOptions
    @Option(help: ArgumentHelp("The user whom the key stands for.", valueName: "email"))
    var user: String
    @Option(help: "What it is for. No two keys of a domain share a name.")
    var name: String
    @Option(help: "More about it.")
    var description: String?
    @Option(help: "What it reaches: words between spaces.")
    var scope = "public"
    @Option(help: "What it may do.")
    var permissions = PermissionLevel.user
    @Option(help: ArgumentHelp("How long it is good. (default: for ever)", valueName: "seconds"))
    var ttl: Int64?
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withDomain(creating: true) { workspace, domain in
            let owner = try await workspace.user(user, in: domain)
            var draft = APIKeyDraft()
            draft.user = owner.id
            draft.name = name
            draft.description = description
            draft.scopes = [scope]
            draft.permissions = permissions.permissions
            draft.lifetime = ttl.map(Duration.seconds)
            let (key, text) = try await workspace.administration.createAPIKey(draft, by: Workspace.actor)
            output.tell(
                key.facts(in: domain, of: owner).adding("x_api_key", .text(text.exposed)),
                note: "Keep the API key now: it is not shown again.")
        }
    }
}
