/// Asks for e-mail and password. Template: Templates/signin.mustache
public struct SignInPage: Page {
    public static let template = "signin"

    let domainName: String
    let email: String
    let message: String?
    let fault: Fault
    let reference: String?
    let continueTo: String?
    let csrfToken: String?
    /// The e-mail stands: the cursor waits where the typing goes on.
    let startsAtPassword: Bool

    /// The fields that `message` is about. A wrong e-mail and a wrong password are the same to who asks
    /// (ASVS 6.3.8), so after a refusal both are.
    public struct Fault: Sendable {
        let email: Bool
        let password: Bool

        /// The message is about none of them, such as a limit or an expired form.
        public static let none = Fault(email: false, password: false)
        public static let email = Fault(email: true, password: false)
        public static let password = Fault(email: false, password: true)
        public static let either = Fault(email: true, password: true)
    }

    /// - Parameters:
    ///   - email: what was typed before.
    ///   - message: why the last attempt failed, as a sentence.
    ///   - continueTo: where to go once signed in, already known to be of this origin.
    public init(
        domainName: String, email: String = "", message: String? = nil, fault: Fault = .none,
        reference: String? = nil, continueTo: String? = nil, csrfToken: String? = nil
    ) {
        self.domainName = domainName
        self.email = email
        self.message = message
        self.fault = fault
        self.reference = reference
        self.continueTo = continueTo
        self.csrfToken = csrfToken
        startsAtPassword = !email.isEmpty && (fault.password || !fault.email)
    }

    /// What it continues to may be the authorization endpoint, which redirects to a client's origin.
    public var formAction: FormAction { continueTo == nil ? .thisOrigin : .anyOrigin }
}
