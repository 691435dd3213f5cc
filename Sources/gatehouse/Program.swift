import ArgumentParser

@main
struct Program: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "gatehouse",
        abstract: "The authorization server and OpenID Provider for PlaceOS sites and everyone else.",
        discussion: """
            Without a command it serves. Every command works whether or not a server runs on the data folder, and a \
            running server acts on the change at once.
            """,
        version: version,
        subcommands: [
            Serve.self, ShowConfiguration.self, Doctor.self, DomainCommand.self, AppCommand.self, UserCommand.self,
            APIKeyCommand.self, KeyCommand.self, TokenCommand.self, Login.self, Inspect.self, Recover.self,
            Backup.self, Restore.self, MoveDatabase.self,
        ],
        defaultSubcommand: Serve.self)

    /// Exits with 1 and a sentence on standard error when a command fails, with 64 when it is misspelled.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            exit(withError: explained(error))
        }
    }
}
