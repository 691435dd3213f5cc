import ArgumentParser
import AuthorizationServer

struct ListApps: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the applications of a domain.",
        discussion: "Example: gatehouse app list --json")

    @OptionGroup var place: DomainOptions
    @OptionGroup var list: ListOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withDomain { workspace, domain in
            let page = try await workspace.store.clients(in: domain.id, list.request)
            output.tell(
                page.items.map { $0.facts(in: domain) },
                columns: ["client_id", "name", "scope", "confidential", "profile", "disabled"], of: page.total)
        }
    }
}
