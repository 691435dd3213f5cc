import ArgumentParser
import AuthorizationServer
import OAuth

struct UpdateApp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change an application. What isn't named stays as it is.",
        discussion: "Example: gatehouse app update Photos --scope \"public openid\" --third-party")

    @OptionGroup var place: DomainOptions
    @OptionGroup var which: AppArgument
    @Option(help: "What people see when they sign in to it.")
    var name: String?
    @Option(
        name: .customLong("redirect-uri"),
        help: ArgumentHelp(
            "All redirect URIs from now on. May be given more than once. The client_id stays.", valueName: "uri"))
    var redirectURIs: [String] = []
    @Flag var kind: ClientKind?
    @Option(help: "What it may ask for: words between spaces.")
    var scope: String?
    @Option(help: "placeos treats it as PlaceOS does; oauth2.1 asks for PKCE and refuses the password grant.")
    var profile: Profile?
    @Flag(inversion: .prefixedNo, help: "Somebody else's: people are asked for their consent.")
    var thirdParty: Bool?
    @Option(help: ArgumentHelp("The user it acts as when it acts for itself; empty for none.", valueName: "email"))
    var serviceAccount: String?
    @Option(help: "How its access tokens are written.")
    var accessTokenFormat: AccessTokenFormat?
    @Flag(inversion: .prefixedNo, help: "It gets no tokens, and those it has are refused.")
    var disabled: Bool?
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withDomain { workspace, domain in
            let client = try await workspace.client(which.app, in: domain)
            var draft = ApplicationDraft()
            draft.name = name
            if !redirectURIs.isEmpty { draft.redirectURIs = redirectURIs }
            draft.isConfidential = kind.map { $0 == .confidential }
            draft.scopes = scope
            draft.profile = profile
            draft.isThirdParty = thirdParty
            draft.isDisabled = disabled
            if let accessTokenFormat {
                draft.overrides = client.overrides
                draft.overrides?.accessTokenFormat = accessTokenFormat
            }
            if let serviceAccount {
                draft.serviceAccount =
                    serviceAccount.isEmpty ? "" : try await workspace.user(serviceAccount, in: domain).id
            }
            let updated = try await workspace.administration.updateApplication(client, draft, by: Workspace.actor)
            output.tell(updated.facts(in: domain))
        }
    }
}
