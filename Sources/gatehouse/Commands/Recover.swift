import ArgumentParser
import AuthorizationServer
import OAuth

struct Recover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a one-time link by which somebody becomes an administrator of a domain.",
        discussion: """
            For when nobody knows an administrator's password any more. The link works once, within the hour, while \
            a server runs on the data folder.

            Example: gatehouse recover --origin https://sso.example.com --domain sso.example.com
            """)

    @OptionGroup var place: DomainOptions
    @Option(
        help: ArgumentHelp(
            "Where people reach the server. (default: the domain's own, or http://localhost:8080)", valueName: "url"))
    var origin: String?
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withDomain { workspace, domain in
            let secret = try await workspace.administration.createSetupLink(for: domain)
            let origin = origin.map(Self.withoutSlash) ?? domain.policy.origin ?? Self.usualOrigin(of: domain)
            let url = "\(origin)/auth/setup?token=\(secret.exposed)"
            let expiry = workspace.clock.now() + Administration.setupLinkLifetime
            if output.json {
                output.tell([
                    "url": .text(url), "domain": .text(domain.host), "expires_at": .moment(expiry),
                ])
            } else {
                print(url)
                warn("This link makes whoever opens it an administrator. It works once, until \(expiry.utc).")
            }
        }
    }

    private static func withoutSlash(_ origin: String) -> String {
        origin.hasSuffix("/") ? String(origin.dropLast()) : origin
    }

    private static func usualOrigin(of domain: Domain) -> String {
        domain.host == "localhost" ? "http://localhost:8080" : "https://\(domain.host)"
    }
}
