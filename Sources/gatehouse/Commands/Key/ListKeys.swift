import ArgumentParser
import AuthorizationServer

struct ListKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List a domain's keys, newest first.", discussion: "Example: gatehouse key list")

    @OptionGroup var place: DomainOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withDomain { workspace, domain in
            let keys = try await workspace.store.signingKeys(of: domain.id)
            output.tell(
                keys.map { $0.facts(in: domain) },
                columns: ["id", "algorithm", "signs", "created_at", "published_until"])
        }
    }
}
