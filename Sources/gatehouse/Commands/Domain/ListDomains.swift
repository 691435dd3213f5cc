import ArgumentParser
import AuthorizationServer

struct ListDomains: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the domains.", discussion: "Example: gatehouse domain list --json")

    @OptionGroup var place: DataOptions
    @OptionGroup var list: ListOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withWorkspace { workspace, _ in
            let page = try await workspace.store.domains(list.request)
            output.tell(
                page.items.map(\.facts), columns: ["host", "name", "signing_algorithm", "password_grant", "id"],
                of: page.total)
        }
    }
}
