import ArgumentParser
import AuthorizationServer

struct DeleteAPIKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete an API key, which is refused from now on.",
        discussion: "Example: gatehouse api-key delete \"Lobby kiosk\"")

    @OptionGroup var place: DomainOptions
    @OptionGroup var which: APIKeyArgument
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withDomain { workspace, domain in
            let (key, _) = try await workspace.apiKey(which.key, in: domain)
            try await workspace.administration.deleteAPIKey(key, by: Workspace.actor)
            output.tell("Deleted the API key \(printable(key.name)).", ["deleted": .text(key.id)])
        }
    }
}
