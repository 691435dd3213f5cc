import ArgumentParser
import AuthorizationServer
import OAuth

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the data folder, the keys, this machine and, with --url, a running server.",
        discussion: """
            Changes nothing, but brings the database to this program's schema as every command does. Exits with 1 when \
            something is wrong.

            Example: gatehouse doctor --url http://localhost:8080
            """)

    @OptionGroup var place: DataOptions
    @Option(help: "A server to ask for its health.")
    var url: String?
    @OptionGroup var output: OutputOptions

    func run() async throws {
        var findings: [Finding] = []
        do {
            let configuration = try await Configuration.load(place.options)
            findings.append(Finding("settings", .good, "can be read"))
            findings += examineFolder(configuration.data)
            findings += await examineWorkspace(configuration)
            findings.append(examineHashing(configuration))
        } catch {
            findings.append(Finding("settings", .bad, "\(explained(error))"))
        }
        if let url { findings.append(await examineServer(url)) }

        if output.json {
            let isWell = !findings.contains { $0.verdict == .bad }
            print(
                JSON.object([
                    JSON.Member("ok", .bool(isWell)), JSON.Member("checks", .array(findings.map(\.facts.json))),
                ]).text)
        } else {
            for line in Table(rows: findings.map { [$0.verdict.rawValue, $0.subject, printable($0.sentence)] }).lines {
                print(line)
            }
        }
        if findings.contains(where: { $0.verdict == .bad }) { throw ExitCode.failure }
    }
}

/// What one look has shown.
struct Finding {
    enum Verdict: String {
        case good = "ok"
        case doubtful = "look"
        case bad = "WRONG"
    }

    let subject: String
    let verdict: Verdict
    /// What is so and, unless it is good, what to do.
    let sentence: String

    init(_ subject: String, _ verdict: Verdict, _ sentence: String) {
        self.subject = subject
        self.verdict = verdict
        self.sentence = sentence
    }

    var facts: Facts {
        ["check": .text(subject), "result": .text(verdict.rawValue.lowercased()), "detail": .text(sentence)]
    }
}
