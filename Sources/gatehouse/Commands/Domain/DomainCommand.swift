import ArgumentParser
import AuthorizationServer
import Cryptography
import OAuth

struct DomainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "domain", abstract: "Domains: each has its own host name, users, applications and keys.",
        discussion: "Example: gatehouse domain list",
        subcommands: [CreateDomain.self, ListDomains.self, ShowDomain.self, UpdateDomain.self, DeleteDomain.self])
}

extension Domain {
    var facts: Facts {
        [
            "id": .text(id.text),
            "host": .text(host),
            "name": .text(name),
            "description": .text(description),
            "login_url": .text(loginURL),
            "logout_url": .text(logoutURL),
            "email_domains": .words(emailDomains),
            "password_grant": .text(policy.passwordGrant.rawValue),
            "shortest_password": .number(Int64(policy.shortestPassword)),
            "signing_algorithm": .text(policy.signingAlgorithm.rawValue),
            "origin": .text(policy.origin),
            "embedding_origins": .words(policy.embeddingOrigins),
            "internals": .json(internals),
            "config": .json(config),
            "created_at": .moment(createdAt),
            "updated_at": .moment(updatedAt),
        ]
    }
}

/// The domain a command is about.
struct DomainArgument: ParsableArguments {
    @Argument(help: "Host name or id.")
    var domain: String
}
