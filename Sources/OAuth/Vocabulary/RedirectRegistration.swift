/// What may be registered as a redirect URI, and what the person who typed it should change.
public enum RedirectRegistration {
    public static let longest = 2_048

    private static let dangerousSchemes: Set<String> = [
        "javascript", "data", "file", "vbscript", "blob", "about", "filesystem", "view-source", "ws", "wss", "ftp",
    ]

    /// The fault of a URI, or `nil` when it may be registered.
    ///
    /// https, a private-use scheme (RFC 8252 §7.1; `com.placeos.booking.panel://oauth`), or http, which
    /// PlaceOS sites use on loopback and on their own networks. No fragment (RFC 6749 §3.1.2), no user
    /// information, no wildcard (RFC 9700 §4.1.1).
    public static func fault(in uri: String) -> String? {
        guard uri.utf8.count <= longest else { return "is longer than \(longest) characters" }
        guard uri.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3C && $0 != 0x3E && $0 != 0x5C })
        else { return "has a space, a quote, a backslash or a character that is not ASCII: percent-encode it" }
        guard let colon = uri.firstIndex(of: ":") else { return "has no scheme, such as https://" }
        let scheme = uri[..<colon].lowercased()
        guard let first = scheme.utf8.first, first >= UInt8(ascii: "a"), first <= UInt8(ascii: "z"),
            scheme.utf8.allSatisfy(isSchemeCharacter)
        else { return "has no scheme, such as https://" }
        guard !dangerousSchemes.contains(scheme) else { return "uses a scheme that is never a place to return to" }
        guard !uri.contains("#") else { return "has a fragment, which RFC 6749 section 3.1.2 does not allow" }

        let rest = uri[uri.index(after: colon)...]
        if scheme == "http" || scheme == "https" {
            guard rest.hasPrefix("//") else { return "has no host" }
            let authority = rest.dropFirst(2).prefix { !"/?".contains($0) }
            guard !authority.isEmpty, authority.first != ":" else { return "has no host" }
            guard !authority.contains("@") else { return "contains user information before the host" }
            guard !authority.contains("*") else { return "has a wildcard in its host: register each host" }
        } else {
            guard rest.count > 0 else { return "has nothing after its scheme" }
        }
        return nil
    }

    private static func isSchemeCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
