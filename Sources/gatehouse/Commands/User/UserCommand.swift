import ArgumentParser
import AuthorizationServer
import OAuth

struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "People and service accounts.",
        discussion: "Example: gatehouse user list --search smith",
        subcommands: [
            CreateUser.self, ListUsers.self, ShowUser.self, UpdateUser.self, DeleteUser.self, SetPassword.self,
        ])
}

extension User {
    func facts(in domain: Domain) -> Facts {
        [
            "id": .text(id.text),
            "email": .text(email.text),
            "name": .text(name),
            "domain": .text(domain.host),
            "login_name": .text(loginName),
            "staff_id": .text(staffID),
            "groups": .words(groups),
            "admin": .flag(permissions.contains(.administrator)),
            "support": .flag(permissions.contains(.support)),
            "service_account": .flag(isServiceAccount),
            "disabled": .flag(isDisabled),
            "deleted": .flag(isDeleted),
            "password": .flag(passwordDigest != nil),
            "login_count": .number(loginCount),
            "last_login": .moment(lastLogin),
            "created_at": .moment(createdAt),
            "updated_at": .moment(updatedAt),
        ]
    }
}

/// The user a command is about.
struct UserArgument: ParsableArguments {
    @Argument(help: "E-mail address, id, login name or staff id.")
    var user: String
}
