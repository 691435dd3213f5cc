import ArgumentParser
import AuthorizationServer

struct ShowAPIKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show an API key, without its secret.",
        discussion: "Example: gatehouse api-key show \"Lobby kiosk\"")

    @OptionGroup var place: DomainOptions
    @OptionGroup var which: APIKeyArgument
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withDomain { workspace, domain in
            let (key, user) = try await workspace.apiKey(which.key, in: domain)
            output.tell(key.facts(in: domain, of: user))
        }
    }
}
