/// Sends an authorization response as a form: OAuth 2.0 Form Post Response Mode §2. Template:
/// Templates/form-post.mustache
public struct FormPostPage: Page {
    public static let template = "form-post"

    let domainName: String
    let redirectURI: String
    let fields: [HiddenField]

    /// - Parameter redirectURI: a registered one; nothing here makes another safe.
    public init(domainName: String, redirectURI: String, fields: [HiddenField]) {
        self.domainName = domainName
        self.redirectURI = redirectURI
        self.fields = fields
    }

    public var formAction: FormAction { .anyOrigin }
}
