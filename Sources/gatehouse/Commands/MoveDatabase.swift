import ArgumentParser
import Cryptography
import OAuth
import Storage

struct MoveDatabase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move", abstract: "Move everything into another database: from SQLite to PostgreSQL, or back.",
        discussion: """
            Stop the servers on both first. The target must be empty. An interrupted move goes on where it stopped when \
            it is run again. At the end every row is compared; the source stays as it was.

            Example: gatehouse move --from sqlite:/var/lib/gatehouse/gatehouse.sqlite --to postgres://db/gatehouse
            """)

    @Option(help: ArgumentHelp("sqlite:PATH or postgres://…", valueName: "url"))
    var from: String
    @Option(help: ArgumentHelp("sqlite:PATH or postgres://…", valueName: "url"))
    var to: String
    @Option(help: ArgumentHelp("The data folder. (default: ~/.local/share/gatehouse)", valueName: "folder"))
    var data: String?
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let configuration = try await Configuration.load(data.map { [.data: $0] } ?? [:])
        let (source, target) = (try Self.location(from, "--from"), try Self.location(to, "--to"))
        guard !source.isSame(as: target) else { throw ProblemForOperator("--from and --to are the same database.") }
        guard source.exists else { throw ProblemForOperator("There is no database at \(source.description).") }
        try await refuseServers(on: [source, target], configuration)

        let summary = try await Self.move(from: source, to: target)
        tell(summary, target)
        guard summary.isFaithful else { throw ExitCode(1) }
    }

    private static func location(_ text: String, _ option: String) throws -> DatabaseLocation {
        guard let location = DatabaseLocation(text), location.file != "" else {
            throw ProblemForOperator("\(option) must be sqlite:PATH or postgres://USER@HOST/DATABASE.")
        }
        return location
    }

    private static func move(from source: DatabaseLocation, to target: DatabaseLocation) async throws -> MoveSummary {
        let progress = ProgressLine()
        defer { progress.end() }
        return try await withDatabases(source, target) { from, to in
            try await Move(from: from, at: source.description, to: to, report: progress.tell).run()
        }
    }

    private func tell(_ summary: MoveSummary, _ target: DatabaseLocation) {
        for difference in summary.differences { warn(difference.sentence) }
        if summary.differenceCount > summary.differences.count {
            warn("… and \(summary.differenceCount - summary.differences.count) more.")
        }
        let facts: Facts = [
            "tables": .json(.object(summary.tables.map { JSON.Member($0.name, .integer($0.rows)) })),
            "rows": .number(summary.rows),
            "differences": .json(.array(summary.differences.map(\.json))),
            "difference_count": .number(Int64(summary.differenceCount)),
            "identical": .flag(summary.isFaithful),
        ]
        guard summary.isFaithful else {
            if output.json { output.tell(facts) }
            return warn(
                """
                \(summary.differenceCount) differences: the source was written to after it had been copied, or a row in \
                the target is another. Don't serve the target. Empty it, and run the same command again.
                """)
        }
        if output.json { return output.tell(facts) }
        for line in Table(rows: summary.tables.map { [$0.name, String($0.rows)] }).lines { print(line) }
        print(
            """

            Moved \(summary.rows) rows, and compared each. Next, for every server and every command:

              GATEHOUSE_DATABASE=\(target.description)

            master.key stays the same, and every node needs it in its data folder.
            """)
    }
}

extension MoveSummary.Difference {
    /// Says which row it is by its key's digest: a key may name a person.
    fileprivate var sentence: String {
        switch fault {
        case .missing: "\(table): \(digest.map { "the row \($0)" } ?? "a row") is not in the target."
        case .differs: "\(table): the row \(digest ?? "?") is another in the target."
        case .surplus(let count): "\(table): the target has \(count) rows that the source has not."
        }
    }

    fileprivate var json: JSON {
        let name =
            switch fault {
            case .missing: "missing"
            case .differs: "differs"
            case .surplus: "surplus"
            }
        return .object([
            JSON.Member("table", .string(table)), JSON.Member("key_sha256", .text(digest)),
            JSON.Member("fault", .string(name)),
        ])
    }

    private var digest: String? { key.map(Digests.sha256Base64URL) }
}

/// Opens two databases for as long as the work takes.
func withDatabases<Answer>(
    _ first: DatabaseLocation, _ second: DatabaseLocation,
    _ work: (any SQLDatabase, any SQLDatabase) async throws -> Answer
) async throws -> Answer {
    try await withDatabase(first) { first in
        try await withDatabase(second) { second in try await work(first, second) }
    }
}

/// Opens a database for as long as the work takes.
func withDatabase<Answer>(
    _ location: DatabaseLocation, _ work: (any SQLDatabase) async throws -> Answer
) async throws -> Answer {
    let database = try openDatabase(location)
    do {
        let answer = try await work(database)
        await database.close()
        return answer
    } catch {
        await database.close()
        throw error
    }
}
