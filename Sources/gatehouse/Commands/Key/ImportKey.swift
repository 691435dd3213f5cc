import ArgumentParser
import AuthorizationServer
import Cryptography
import Foundation

struct ImportKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Sign with a private key from a PEM file from now on.",
        discussion: """
            RSA with 2048 bits or more, EC on P-256, or Ed25519; not encrypted. PlaceOS keeps its key as base64 in \
            JWT_SECRET.

            Example: gatehouse key import placeos.pem
            """)

    @OptionGroup var place: DomainOptions
    @Argument(help: ArgumentHelp("PEM file with a private key.", valueName: "file"))
    var file: String
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let key = try key()
        let host = place.domain
        try await place.place.withPreparedWorkspace(creating: true) { workspace, configuration in
            let domain = try await workspace.domain(host)
            try await workspace.administration.importKey(
                key, into: domain, isDevelopment: configuration.isDevelopment, by: Workspace.actor)
            output.tell(
                "The domain \(domain.host) signs with the \(key.algorithm.rawValue) key \(key.keyID) from now on.",
                ["id": .text(key.keyID), "algorithm": .text(key.algorithm.rawValue), "domain": .text(domain.host)])
        }
    }

    private func key() throws -> SigningKey {
        let name = printable(file)
        guard let handle = FileHandle(forReadingAtPath: file) else {
            throw ProblemForOperator("\(name) can't be read.")
        }
        // The reader refuses more than 64 KiB.
        let bytes = try handle.read(upToCount: 65_537) ?? Data()
        do { return try SigningKey(pem: String(decoding: bytes, as: UTF8.self)) } catch {
            throw ProblemForOperator("\(name) holds no usable private key. \(error)")
        }
    }
}
