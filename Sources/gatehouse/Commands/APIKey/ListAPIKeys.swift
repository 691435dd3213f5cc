import ArgumentParser
import AuthorizationServer

struct ListAPIKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the API keys of a domain.",
        discussion: "Example: gatehouse api-key list --json")

    @OptionGroup var place: DomainOptions
    @OptionGroup var list: ListOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withDomain { workspace, domain in
            let page = try await workspace.store.apiKeys(in: domain.id, list.request)
            var facts: [Facts] = []
            for key in page.items {
                facts.append(key.facts(in: domain, of: try await workspace.store.user(id: key.user)))
            }
            output.tell(
                facts, columns: ["id", "name", "user", "scope", "permissions", "expires_at"], of: page.total)
        }
    }
}
