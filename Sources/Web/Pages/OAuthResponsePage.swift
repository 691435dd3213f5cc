/// The redirect URI of an application that lives on the domain itself, `/backoffice/oauth-resp.html`: its
/// script hands the answer on. Template: Templates/oauth-response.mustache
public struct OAuthResponsePage: Page {
    public static let template = "oauth-response"

    let domainName: String

    public init(domainName: String) {
        self.domainName = domainName
    }

    /// PlaceOS's clients load it in a hidden frame of their own.
    public var framing: Framing { .thisOrigin }
}
