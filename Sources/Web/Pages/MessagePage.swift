/// Says what happened and what to do next. Template: Templates/message.mustache
public struct MessagePage: Page {
    public static let template = "message"

    let domainName: String?
    let title: String
    let sentence: String
    let whatToDo: String?
    let reference: String?
    let link: Link?

    /// - Parameter domainName: nil when the request belongs to no domain.
    public init(
        domainName: String?, title: String, sentence: String, whatToDo: String? = nil, reference: String? = nil,
        link: Link? = nil
    ) {
        self.domainName = domainName
        self.title = title
        self.sentence = sentence
        self.whatToDo = whatToDo
        self.reference = reference
        self.link = link
    }
}
