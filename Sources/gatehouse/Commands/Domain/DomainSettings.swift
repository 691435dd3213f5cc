import ArgumentParser
import AuthorizationServer
import OAuth

/// What can be set of a domain besides its name and host.
struct DomainSettings: ParsableArguments {
    @Option(help: "More about it.")
    var description: String?
    @Option(help: "Where people without a session are sent; {{url}} stands for where they were going.")
    var loginURL: String?
    @Option(help: "Where people are sent who sign out.")
    var logoutURL: String?
    @Option(
        name: .customLong("email-domain"), help: "An e-mail domain of its users. May be given more than once.")
    var emailDomains: [String] = []
    @Option(help: "Who may get tokens by a password.")
    var passwordGrant: DomainPolicy.PasswordGrant?
    @Option(help: "Characters that a new password has at least, 8 to 128.")
    var shortestPassword: Int?
    @Option(help: "Its public address, https://host[:port], when that can't be told from requests.")
    var origin: String?
    @Option(
        name: .customLong("embedding-origin"),
        help: "A site whose pages may show this domain's in a frame. May be given more than once.")
    var embeddingOrigins: [String] = []
    @Option(help: ArgumentHelp("PlaceOS's settings that clients don't see, a JSON object.", valueName: "json"))
    var internals: String?
    @Option(help: ArgumentHelp("PlaceOS's settings that clients see, a JSON object.", valueName: "json"))
    var config: String?

    func validate() throws {
        if let shortestPassword, !(8...128).contains(shortestPassword) {
            throw ValidationError("--shortest-password must be 8 to 128, not \(shortestPassword).")
        }
        for text in [origin].compactMap(\.self) + embeddingOrigins where !Self.isOrigin(text) {
            throw ValidationError(
                "An origin is https://host or https://host:port without anything after it, not \(text)")
        }
    }

    /// - Parameter policy: what the domain allows so far.
    func draft(from policy: DomainPolicy) throws -> DomainDraft {
        var draft = DomainDraft()
        draft.description = description
        draft.loginURL = loginURL
        draft.logoutURL = logoutURL
        if !emailDomains.isEmpty { draft.emailDomains = emailDomains }
        draft.internals = try internals.map { try Self.json($0, "internals") }
        draft.config = try config.map { try Self.json($0, "config") }
        var policy = policy
        if let passwordGrant { policy.passwordGrant = passwordGrant }
        if let shortestPassword { policy.shortestPassword = shortestPassword }
        if let origin { policy.origin = origin }
        if !embeddingOrigins.isEmpty { policy.embeddingOrigins = embeddingOrigins }
        draft.policy = policy
        return draft
    }

    private static func json(_ text: String, _ field: String) throws -> JSON {
        do { return try JSON(parsing: text) } catch { throw ValidationFailure(field, "must be a JSON object") }
    }

    private static func isOrigin(_ text: String) -> Bool {
        guard let scheme = ["https://", "http://"].first(where: text.hasPrefix) else { return false }
        let rest = text.dropFirst(scheme.count)
        return !rest.isEmpty && !rest.contains { "/?#@ ".contains($0) }
    }
}
