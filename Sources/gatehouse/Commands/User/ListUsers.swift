import ArgumentParser
import AuthorizationServer

struct ListUsers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the users of a domain.",
        discussion: "Example: gatehouse user list --search smith --json")

    @OptionGroup var place: DomainOptions
    @OptionGroup var list: ListOptions
    @Flag(help: "Those marked as deleted, too.")
    var includeDeleted = false
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withDomain { workspace, domain in
            let page = try await workspace.store.users(
                in: domain.id, includingDeleted: includeDeleted, list.request)
            output.tell(
                page.items.map { $0.facts(in: domain) },
                columns: ["email", "name", "admin", "support", "service_account", "disabled", "last_login"],
                of: page.total)
        }
    }
}
