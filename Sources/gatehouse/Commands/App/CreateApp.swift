import ArgumentParser
import AuthorizationServer
import OAuth

struct CreateApp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Register an application, and print its client_id and secret once.",
        discussion: """
            The client_id is the MD5 of the first redirect URI, as in PlaceOS, or random without one.

            Example: gatehouse app create --name Photos --redirect-uri https://photos.example/cb --public \
            --scope "public openid" --profile oauth2.1
            """)

    @OptionGroup var place: DomainOptions
    @Option(help: "What people see when they sign in to it.")
    var name: String
    @Option(
        name: .customLong("redirect-uri"), parsing: .upToNextOption,
        help: ArgumentHelp(
            "Where people may be sent back to; several, or the option several times.", valueName: "uri"))
    var redirectURIs: [String] = []
    @Flag var kind: ClientKind
    @Option(help: "What it may ask for: words between spaces.")
    var scope = "public"
    @Option(help: "placeos treats it as PlaceOS does; oauth2.1 asks for PKCE and refuses the password grant.")
    var profile = Profile.placeos
    @Flag(help: "Somebody else's: people are asked for their consent.")
    var thirdParty = false
    @Option(help: ArgumentHelp("The user it acts as when it acts for itself.", valueName: "email"))
    var serviceAccount: String?
    @Option(help: "How its access tokens are written. (default: as the profile says)")
    var accessTokenFormat: AccessTokenFormat?
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withDomain(creating: true) { workspace, domain in
            var draft = ApplicationDraft()
            draft.name = name
            // Without any it stays nil, so that the client_id is random.
            draft.redirectURIs = redirectURIs.isEmpty ? nil : redirectURIs
            draft.isConfidential = kind == .confidential
            draft.scopes = scope
            draft.profile = profile
            draft.isThirdParty = thirdParty
            if let accessTokenFormat {
                var overrides = ClientOverrides()
                overrides.accessTokenFormat = accessTokenFormat
                draft.overrides = overrides
            }
            if let serviceAccount { draft.serviceAccount = try await workspace.user(serviceAccount, in: domain).id }

            let (client, secret) = try await workspace.administration.createApplication(
                draft, in: domain, by: Workspace.actor)
            output.tell(
                client.facts(in: domain).adding("client_secret", .text(client.isConfidential ? secret.exposed : nil)),
                note: client.isConfidential ? "Keep the client secret now: it is not shown again." : nil)
        }
    }
}
