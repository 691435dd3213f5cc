import ArgumentParser
import AuthorizationServer
import Cryptography
import OAuth

struct RotateKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Make a new key that signs from now on.",
        discussion: """
            The key before it is published for another day, so that the tokens it has signed stay good. Tokens in \
            PlaceOS's format are signed with RS256 whatever the algorithm here.

            Example: gatehouse key rotate --algorithm ES256
            """)

    @OptionGroup var place: DomainOptions
    @Option(help: "The domain's algorithm from now on. (default: the one it has)")
    var algorithm: SigningKey.Algorithm?
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withDomain { workspace, domain in
            let algorithm = algorithm ?? domain.policy.signingAlgorithm
            let key = try await workspace.administration.rotateKey(
                of: domain, algorithm: algorithm, by: Workspace.actor)
            // The key first, so that there is never an algorithm without one.
            if algorithm != domain.policy.signingAlgorithm {
                var draft = DomainDraft()
                draft.policy = domain.policy
                draft.policy?.signingAlgorithm = algorithm
                _ = try await workspace.administration.updateDomain(domain, draft, by: Workspace.actor)
            }
            output.tell(
                "The domain \(domain.host) signs with the \(algorithm.rawValue) key \(key.keyID) from now on.",
                ["id": .text(key.keyID), "algorithm": .text(algorithm.rawValue), "domain": .text(domain.host)])
        }
    }
}
