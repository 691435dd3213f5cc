import ArgumentParser
import AuthorizationServer
import OAuth

struct DeleteApp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete an application, with its tokens.",
        discussion: "Example: gatehouse app delete Photos")

    @OptionGroup var place: DomainOptions
    @OptionGroup var which: AppArgument
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withDomain { workspace, domain in
            let client = try await workspace.client(which.app, in: domain)
            try await workspace.administration.deleteApplication(client, by: Workspace.actor)
            output.tell(
                "Deleted the application \(printable(client.name)).",
                ["deleted": .number(client.number), "client_id": .text(client.id.text)])
        }
    }
}
