import ArgumentParser
import AuthorizationServer
import OAuth

struct RotateAppSecret: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-secret", abstract: "Make a new client secret, and print it once.",
        discussion: """
            The secret before it stays good until the next rotation, so that the application can change over. Rotate \
            twice when a secret has become known to others.

            Example: gatehouse app rotate-secret Photos
            """)

    @OptionGroup var place: DomainOptions
    @OptionGroup var which: AppArgument
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withDomain { workspace, domain in
            let client = try await workspace.client(which.app, in: domain)
            guard client.isConfidential else {
                throw ProblemForOperator("A public application has no secret. See: gatehouse app update --confidential")
            }
            let secret = try await workspace.administration.rotateSecret(of: client, by: Workspace.actor)
            output.tell(
                [
                    "id": .number(client.number), "client_id": .text(client.id.text),
                    "client_secret": .text(secret.exposed),
                ], note: "Keep the client secret now: it is not shown again.")
        }
    }
}
