import ArgumentParser
import AuthorizationServer
import OAuth

struct UpdateAPIKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change an API key. What isn't named stays as it is.",
        discussion: "Example: gatehouse api-key update \"Lobby kiosk\" --ttl 86400")

    @OptionGroup var place: DomainOptions
    @OptionGroup var which: APIKeyArgument
    @Option(help: ArgumentHelp("The user whom the key stands for.", valueName: "email"))
    var user: String?
    @Option(help: "What it is for. No two keys of a domain share a name.")
    var name: String?
    @Option(help: "More about it.")
    var description: String?
    @Option(help: "What it reaches: words between spaces.")
    var scope: String?
    @Option(help: "What it may do.")
    var permissions: PermissionLevel?
    @Option(help: ArgumentHelp("How long it is good from now.", valueName: "seconds"))
    var ttl: Int64?
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withDomain { workspace, domain in
            let (key, _) = try await workspace.apiKey(which.key, in: domain)
            var draft = APIKeyDraft()
            if let user { draft.user = try await workspace.user(user, in: domain).id }
            draft.name = name
            draft.description = description
            draft.scopes = scope.map { [$0] }
            draft.permissions = permissions?.permissions
            draft.lifetime = ttl.map(Duration.seconds)
            let updated = try await workspace.administration.updateAPIKey(key, draft, by: Workspace.actor)
            output.tell(updated.facts(in: domain, of: try await workspace.store.user(id: updated.user)))
        }
    }
}
