/// Which client asks, and for what. The answer is `decision=allow` or `decision=deny`. Template:
/// Templates/consent.mustache
public struct ConsentPage: Page {
    public static let template = "consent"

    let domainName: String
    let clientName: String
    let userName: String
    let scopes: [ScopeDescription]
    let redirectHost: String
    let action: String
    let hidden: [HiddenField]
    let csrfToken: String

    /// A scope with what it allows, as the end of "it can: …".
    public struct ScopeDescription: Sendable {
        let name: String
        let sentence: String

        public init(name: String, sentence: String) {
            self.name = name
            self.sentence = sentence
        }
    }

    /// - Parameters:
    ///   - redirectHost: where the answer goes; a client chooses its name, but not its host.
    ///   - action: the path that takes the decision.
    ///   - hidden: the authorization request, to go back with the decision.
    public init(
        domainName: String, clientName: String, userName: String, scopes: [ScopeDescription], redirectHost: String,
        action: String, hidden: [HiddenField], csrfToken: String
    ) {
        self.domainName = domainName
        self.clientName = clientName
        self.userName = userName
        self.scopes = scopes
        self.redirectHost = redirectHost
        self.action = action
        self.hidden = hidden
        self.csrfToken = csrfToken
    }

    /// The decision is answered with a redirect to the client, which may itself redirect elsewhere.
    public var formAction: FormAction { .anyOrigin }
}
