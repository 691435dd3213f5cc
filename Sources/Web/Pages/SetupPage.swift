/// Makes the first administrator's account. Template: Templates/setup.mustache
public struct SetupPage: Page {
    public static let template = "setup"

    let domainName: String
    let email: String
    let name: String
    let message: String?
    let fault: Fault
    let token: String

    /// The field that `message` is about.
    public struct Fault: Sendable {
        let email: Bool
        let name: Bool
        let password: Bool
        let passwordAgain: Bool

        private init(email: Bool = false, name: Bool = false, password: Bool = false, passwordAgain: Bool = false) {
            self.email = email
            self.name = name
            self.password = password
            self.passwordAgain = passwordAgain
        }

        public static let none = Fault()
        public static let email = Fault(email: true)
        public static let name = Fault(name: true)
        public static let password = Fault(password: true)
        public static let passwordAgain = Fault(passwordAgain: true)
    }

    /// - Parameter token: the secret of the one-time link that led here; it goes back with the form.
    public init(
        domainName: String, email: String = "", name: String = "", message: String? = nil, fault: Fault = .none,
        token: String
    ) {
        self.domainName = domainName
        self.email = email
        self.name = name
        self.message = message
        self.fault = fault
        self.token = token
    }
}
