import ArgumentParser
import AuthorizationServer

struct ShowApp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show an application. Its secret can't be shown, only rotated.",
        discussion: "Example: gatehouse app show Photos")

    @OptionGroup var place: DomainOptions
    @OptionGroup var which: AppArgument
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withDomain { workspace, domain in
            output.tell(try await workspace.client(which.app, in: domain).facts(in: domain))
        }
    }
}
