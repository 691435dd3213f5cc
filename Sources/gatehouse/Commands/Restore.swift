import ArgumentParser
import AuthorizationServer
import Foundation
import OAuth

struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put a backup in the place of the database. The server must be stopped.",
        discussion: """
            Put the master.key that belongs to the backup into the data folder first. What was revoked, signed out or \
            changed after the backup was made is as before: a refresh token revoked since works again, a password \
            changed since is the old one. --revoke-all signs everybody out instead.

            Example: gatehouse restore --from /backup/gatehouse.sqlite --replace --revoke-all
            """)

    @OptionGroup var place: DataOptions
    @Option(help: ArgumentHelp("A file that `gatehouse backup` has written.", valueName: "file"))
    var from: String
    @Flag(help: "Replace the database that is there. A file is kept, under another name.")
    var replace = false
    @Flag(help: "End every session and grant, and every access token of a user.")
    var revokeAll = false
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let configuration = try await Configuration.load(place.options)
        let location = configuration.location
        guard FileManager.default.fileExists(atPath: from) else {
            throw ProblemForOperator("There is no file \(printable(from)).")
        }
        guard !location.isSame(as: .sqlite(path: from)) else {
            throw ProblemForOperator("\(printable(from)) is the database itself. Name a backup with --from.")
        }
        let folder = try DataFolder(configuration.data, creating: true)
        // A new key would open nothing of the backup.
        guard let masterKey = try configuration.masterKey ?? folder.existingMasterKey() else {
            throw ProblemForOperator(
                "\(folder.masterKeyFile) is missing, and a backup can't be used without it. Put the one there that was "
                    + "kept with the backup, with: install -m 600 master.key \(folder.path)/")
        }
        // It has a master key, so it is one of those that are locked.
        try await refuseServers(on: [location], configuration)

        let former = try await Restoration(backup: from, target: location, folder: folder, masterKey: masterKey)
            .run(replacing: replace, revokingAll: revokeAll)
        output.tell(
            [
                "database": .text(location.description), "from": .text(from), "replaced": .text(former),
                "revoked": .flag(revokeAll),
            ],
            note: revokeAll
                ? "Everybody signs in anew. Start the server."
                : "What was revoked or changed after the backup is as before; --revoke-all ends that. Start the server."
        )
    }
}
