import ArgumentParser
import AuthorizationServer
import OAuth

struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "The keys that sign a domain's tokens.",
        discussion: "Example: gatehouse key rotate",
        subcommands: [RotateKey.self, ListKeys.self, ImportKey.self, DeleteKey.self])
}

extension StoredSigningKey {
    func facts(in domain: Domain) -> Facts {
        [
            "id": .text(id),
            "algorithm": .text(algorithm),
            "domain": .text(domain.host),
            "signs": .flag(retiresAt == nil),
            "created_at": .moment(createdAt),
            "published_until": .moment(retiresAt),
        ]
    }
}
