import ArgumentParser
import AuthorizationServer

struct DeleteKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Stop publishing a key that no longer signs. Its tokens are refused.",
        discussion: "Example: gatehouse key delete KEY-ID")

    @OptionGroup var place: DomainOptions
    @Argument(help: "The key's id, as `gatehouse key list` shows it.")
    var id: String
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withDomain { workspace, domain in
            try await workspace.administration.deleteKey(id, of: domain, by: Workspace.actor)
            output.tell("Deleted the key \(printable(id)).", ["deleted": .text(id)])
        }
    }
}
