import ArgumentParser
import AuthorizationServer
import OAuth

struct APIKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api-key", abstract: "API keys: what a machine sends instead of a token.",
        discussion: "Example: gatehouse api-key list",
        subcommands: [
            CreateAPIKey.self, ListAPIKeys.self, ShowAPIKey.self, UpdateAPIKey.self, DeleteAPIKey.self,
        ])
}

extension APIKey {
    /// - Parameter user: whose it is, by e-mail address where that is known.
    func facts(in domain: Domain, of user: User? = nil) -> Facts {
        [
            "id": .text(id),
            "name": .text(name),
            "description": .text(description),
            "domain": .text(domain.host),
            "user_id": .text(self.user.text),
            "user": .text(user?.email.text),
            "scope": .text(scope.description),
            "permissions": .text(PermissionLevel(permissions).rawValue),
            "expires_at": .moment(expiresAt),
            "created_at": .moment(createdAt),
            "updated_at": .moment(updatedAt),
        ]
    }
}

/// The key a command is about.
struct APIKeyArgument: ParsableArguments {
    @Argument(help: "The key's id or name.")
    var key: String
}
