import ArgumentParser
import AuthorizationServer
import OAuth

struct AppCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "app", abstract: "Applications: the clients that get tokens.",
        discussion: "Example: gatehouse app list",
        subcommands: [
            CreateApp.self, ListApps.self, ShowApp.self, UpdateApp.self, DeleteApp.self, RotateAppSecret.self,
        ])
}

extension Client {
    func facts(in domain: Domain) -> Facts {
        [
            "id": .number(number),
            "client_id": .text(id.text),
            "name": .text(name),
            "domain": .text(domain.host),
            "redirect_uris": .words(redirectURIs),
            "scope": .text(scope.description),
            "confidential": .flag(isConfidential),
            "profile": .text(profile.rawValue),
            "access_token_format": .text(policy.accessTokenFormat.rawValue),
            "grant_types": .words(policy.grantTypes.map(\.rawValue).sorted()),
            "third_party": .flag(isThirdParty),
            "service_account": .text(serviceAccount?.text),
            "disabled": .flag(isDisabled),
            "created_at": .moment(createdAt),
            "updated_at": .moment(updatedAt),
        ]
    }
}

/// The application a command is about.
struct AppArgument: ParsableArguments {
    @Argument(help: "client_id, number or name.")
    var app: String
}
