import ArgumentParser

struct ShowDomain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a domain.", discussion: "Example: gatehouse domain show localhost")

    @OptionGroup var place: DataOptions
    @OptionGroup var which: DomainArgument
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withWorkspace { workspace, _ in
            output.tell(try await workspace.domain(which.domain).facts)
        }
    }
}
