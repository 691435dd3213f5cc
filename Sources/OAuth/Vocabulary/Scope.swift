/// What a client may do on the resource owner's behalf: a set of case-sensitive words, kept in the
/// order they were given.
///
/// RFC 6749 §3.3.
public struct Scope: Sendable, Hashable, CustomStringConvertible {
    public let values: [String]

    public static let empty = Scope(words: [])
    public static let `public` = Scope(words: ["public"])

    /// More words or characters than these are nobody's honest request.
    static let longestText = 2_048

    /// Reads a `scope` parameter or a registered list: words separated by white space, as PlaceOS's
    /// clients send them.
    ///
    /// - Throws: `invalid_scope` when a word has a character outside `scope-token`.
    public init(parsing text: String) throws(OAuthError) {
        guard text.utf8.count <= Self.longestText else {
            throw .invalidScope("The scope is longer than \(Self.longestText) characters.")
        }
        var words: [String] = []
        for bytes in text.utf8.split(whereSeparator: Self.isBlank) {
            guard bytes.allSatisfy(Self.allows) else {
                throw .invalidScope("The scope has a character that RFC 6749 section 3.3 does not allow.")
            }
            let word = String(Substring(bytes))
            if !words.contains(word) { words.append(word) }
        }
        values = words
    }

    /// Words that are known to be well formed: literals, and what a store kept.
    public init(words: [String]) { values = words }

    /// A `description` that a store kept.
    public init(stored text: String) {
        values = text.utf8.split(whereSeparator: Self.isBlank).map { String(Substring($0)) }
    }

    public var isEmpty: Bool { values.isEmpty }
    public func contains(_ word: String) -> Bool { values.contains(word) }

    /// Whether everything asked for here was granted there.
    public func isWithin(_ granted: Scope) -> Bool { values.allSatisfy(granted.contains) }

    public func intersection(_ other: Scope) -> Scope { Scope(words: values.filter(other.contains)) }

    /// The words with single spaces between them, as the `scope` parameter carries them.
    public var description: String {
        values.count == 1 ? values[0] : values.joined(separator: " ")
    }

    public static func == (a: Scope, b: Scope) -> Bool { Set(a.values) == Set(b.values) }
    public func hash(into hasher: inout Hasher) { hasher.combine(Set(values)) }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// `scope-token = 1*( %x21 / %x23-5B / %x5D-7E )`
    private static func allows(_ byte: UInt8) -> Bool {
        byte == 0x21 || (0x23...0x5B).contains(byte) || (0x5D...0x7E).contains(byte)
    }
}
