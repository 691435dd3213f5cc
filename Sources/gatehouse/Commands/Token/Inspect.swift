import ArgumentParser
import AuthorizationServer
import OAuth

struct Inspect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what is in a token, and whether the server accepts it.",
        discussion: """
            Decodes a JWT here, without believing it, and asks the server. Exits with 1 when the server refuses it. \
            An API key can be given too.

            Example: gatehouse token client-credentials --client-id ID | gatehouse inspect -
            """)

    @Argument(help: "The token; - or nothing reads it from standard input.")
    var token = "-"
    @OptionGroup var target: ServerOptions
    @Flag(help: "Don't ask the server.")
    var offline = false
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let text = try token == "-" ? SecretInput.standardInput().exposed : token
        guard !text.isEmpty else { throw ProblemForOperator("There is no token on standard input.") }
        let decoded = DecodedToken(text)
        let verdict = offline ? Verdict.notAsked : await Verdict.ask(target, about: text, decoded)
        output.json ? tellJSON(decoded, verdict) : tellText(decoded, verdict)
        if case .refused = verdict { throw ExitCode.failure }
    }

    private func tellJSON(_ decoded: DecodedToken?, _ verdict: Verdict) {
        print(
            JSON.object([
                JSON.Member("header", decoded?.header ?? .null), JSON.Member("claims", decoded?.claims ?? .null),
                JSON.Member("server", .string(verdict.word)), JSON.Member("detail", .string(verdict.sentence)),
                JSON.Member("server_sees", verdict.seen ?? .null),
            ]).text)
    }

    private func tellText(_ decoded: DecodedToken?, _ verdict: Verdict) {
        if let decoded {
            print("The token says, and nothing of it is verified here:\n")
            let now = WallClock.system.now()
            let members = (decoded.header.members ?? []) + (decoded.claims.members ?? [])
            let lines = Table(rows: members.map { ["  " + printable($0.name), Self.text(of: $0, at: now)] }).lines
            for line in lines { print(line) }
        } else {
            print("This is no JWT: only the server can read it.")
        }
        print("\n\(verdict.sentence)")
        if decoded == nil, let seen = verdict.seen?.members {
            for line in Table(
                rows: seen.map { ["  " + printable($0.name), Self.text(of: $0, at: WallClock.system.now())] }
            ).lines {
                print(line)
            }
        }
    }

    private static func text(of member: JSON.Member, at now: Timestamp) -> String {
        if ["exp", "iat", "nbf", "auth_time"].contains(member.name), let seconds = member.value.integer {
            let moment = Timestamp(seconds: seconds)
            return "\(moment.utc) (\(moment.distance(from: now)))"
        }
        if let words = member.value.strings { return printable(words.joined(separator: " ")) }
        return Facts.Value.json(member.value).text
    }
}
