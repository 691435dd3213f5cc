/// A link on a page, to an address that is safe to follow: a path of this origin, or https.
public struct Link: Sendable {
    public let href: String
    public let text: String

    public init(_ address: Address, text: String) {
        href = address.rawValue
        self.text = text
    }

    /// - Returns: nil for `javascript:`, `//elsewhere` and whatever else is neither a path nor https.
    public init?(_ href: String, text: String) {
        // A browser drops tabs and line breaks, and reads `\` as `/`, before it looks for a host.
        guard href.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else { return nil }
        let isPath = href.utf8.first == UInt8(ascii: "/") && href.utf8.dropFirst().first != UInt8(ascii: "/")
        guard isPath || href.utf8.starts(with: "https://".utf8) else { return nil }
        self.href = href
        self.text = text
    }
}
