import ArgumentParser
import AuthorizationServer
import OAuth

/// The domain that a command works on.
struct DomainOptions: ParsableArguments {
    @OptionGroup var place: DataOptions
    @Option(help: ArgumentHelp("The domain, by its host name.", valueName: "host"))
    var domain = "localhost"

    /// - Parameter creating: makes the data folder and the domain `localhost` where there is none yet.
    func withDomain<Answer>(
        creating: Bool = false, _ work: (Workspace, Domain) async throws -> Answer
    ) async throws -> Answer {
        let host = domain
        return try await place.withPreparedWorkspace(creating: creating) { workspace, _ in
            try await work(workspace, workspace.domain(host))
        }
    }
}

extension DataOptions {
    /// As `withWorkspace`; what it creates has what a first start of the server gives it.
    func withPreparedWorkspace<Answer>(
        creating: Bool, _ work: (Workspace, Configuration) async throws -> Answer
    ) async throws -> Answer {
        try await withWorkspace(creating: creating) { workspace, configuration in
            if creating { try await FirstStart(workspace: workspace, configuration: configuration).prepare() }
            return try await work(workspace, configuration)
        }
    }
}

/// Which part of a list is wanted.
struct ListOptions: ParsableArguments {
    @Option(help: "Only what has these words in it.")
    var search = ""
    @Option(help: "How many at most.")
    var limit: UInt32 = 100
    @Option(help: "How many to leave out at the start.")
    var offset: UInt32 = 0

    var request: ListRequest { ListRequest(search: search, limit: Int64(limit), offset: Int64(offset)) }
}
