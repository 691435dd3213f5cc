import ArgumentParser
import AuthorizationServer
import OAuth

struct DeleteDomain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a domain with everything in it: users, applications, keys.",
        discussion: "Example: gatehouse domain delete old.example.com --yes")

    @OptionGroup var place: DataOptions
    @OptionGroup var which: DomainArgument
    @Flag(help: "Don't ask.")
    var yes = false
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await place.withWorkspace { workspace, _ in
            let domain = try await workspace.domain(which.domain)
            if !yes { try confirm(domain) }
            try await workspace.administration.deleteDomain(domain, by: Workspace.actor)
            output.tell("Deleted the domain \(domain.host).", ["deleted": .text(domain.id.text)])
        }
    }

    private func confirm(_ domain: Domain) throws {
        guard SecretInput.isTerminal else {
            throw ProblemForOperator("This deletes all users and applications of \(domain.host). Say --yes to do it.")
        }
        warn("This deletes all users and applications of \(domain.host). Type the host name to do it:")
        guard readLine() == domain.host else { throw ProblemForOperator("Nothing was deleted.") }
    }
}
