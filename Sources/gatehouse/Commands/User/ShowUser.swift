import ArgumentParser
import AuthorizationServer

struct ShowUser: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a user.", discussion: "Example: gatehouse user show jane@example.com")

    @OptionGroup var place: DomainOptions
    @OptionGroup var who: UserArgument
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withDomain { workspace, domain in
            output.tell(try await workspace.user(who.user, in: domain).facts(in: domain))
        }
    }
}
