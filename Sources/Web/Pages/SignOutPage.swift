/// Asks whether a sign-out that another site began is meant. Template: Templates/signout.mustache
public struct SignOutPage: Page {
    public static let template = "signout"

    let domainName: String
    let continueTo: String?
    let csrfToken: String

    public init(domainName: String, continueTo: String? = nil, csrfToken: String) {
        self.domainName = domainName
        self.continueTo = continueTo
        self.csrfToken = csrfToken
    }

    /// A domain's own logout address may be an identity provider's.
    public var formAction: FormAction { .anyOrigin }
}
