/// A name that the authorization server gave to one kind of thing, so that a client's identifier
/// cannot be passed where a user's is meant.
public struct Identifier<Subject>: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    public let text: String

    public init(_ text: String) { self.text = text }
    public init(stringLiteral text: String) { self.text = text }

    public var description: String { text }
}
