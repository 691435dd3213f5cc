/// An authorization request that cannot be answered with a redirect (RFC 6749 §4.1.2.1). Template:
/// Templates/error.mustache
public struct ErrorPage: Page {
    public static let template = "error"

    let domainName: String?
    let title: String
    let sentence: String
    let whatToDo: String
    let code: String
    let description: String
    let reference: String?

    /// - Parameters:
    ///   - sentence: what went wrong, for the person.
    ///   - code: the OAuth error code, and with `description` for the application's developer.
    public init(
        domainName: String?, title: String = "This application can’t sign you in", sentence: String,
        whatToDo: String = "Go back to the application and try again. If it happens again, tell its developer.",
        code: String, description: String, reference: String? = nil
    ) {
        self.domainName = domainName
        self.title = title
        self.sentence = sentence
        self.whatToDo = whatToDo
        self.code = code
        self.description = description
        self.reference = reference
    }
}
