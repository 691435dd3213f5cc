import ArgumentParser

@main
struct Program: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "gatehouse",
        abstract: "The authorization server and OpenID Provider for PlaceOS sites and everyone else.",
        version: version,
        subcommands: [Serve.self],
        defaultSubcommand: Serve.self)
}
