/// Who is signed in, or the way to sign in. Template: Templates/home.mustache
public struct HomePage: Page {
    public static let template = "home"

    let domainName: String
    let user: User?

    public struct User: Sendable {
        let name: String
        let email: String
        let csrfToken: String

        /// - Parameter csrfToken: for the form that signs out.
        public init(name: String, email: String, csrfToken: String) {
            self.name = name
            self.email = email
            self.csrfToken = csrfToken
        }
    }

    public init(domainName: String, user: User?) {
        self.domainName = domainName
        self.user = user
    }

    /// A domain's own logout address may be an identity provider's.
    public var formAction: FormAction { user == nil ? .thisOrigin : .anyOrigin }
}
