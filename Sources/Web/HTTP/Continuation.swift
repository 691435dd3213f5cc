/// Where a person goes on to after signing in or out: a place on this host, by a browser's rules, not by a
/// URL library's.
enum Continuation {
    static let longest = 8_192

    /// The path, query and fragment of an address on this host; `nil` for every other.
    static func safe(_ text: String?, host: String) -> String? {
        guard let text, !text.isEmpty, text.utf8.count <= longest,
            // Browsers drop tabs and line breaks before they read an address.
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else { return nil }
        let target = pathOfOwnURL(text, host: host) ?? text
        // Only the path can turn into another host; `?next=https://x` is legal. Byte by byte: a slash with a
        // combining mark is one character to Swift, and still a slash to a browser.
        let bytes = Array(target.utf8)
        let path = bytes.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        func isSlash(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") }
        guard path.first.map(isSlash) ?? false,
            !zip(path, path.dropFirst()).contains(where: { isSlash($0) && isSlash($1) })
        else { return nil }
        return bytes.map { byte in
            let isPlain = byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\\")
            return isPlain ? String(UnicodeScalar(byte)) : "%" + Self.hex(byte)
        }.joined()
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count == 1 ? "0" + digits : digits
    }

    /// What follows the authority of `http(s)://host[:port]`, when the host is this one.
    private static func pathOfOwnURL(_ text: String, host: String) -> String? {
        let lowered = text.lowercased()
        guard let scheme = ["https://", "http://"].first(where: lowered.hasPrefix) else { return nil }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { !"/\\?#".contains($0) }.lowercased()
        let name = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
        let port = authority.dropFirst(name.count)
        guard name == host, authority.hasPrefix(name),
            port.isEmpty || (port.first == ":" && port.dropFirst().allSatisfy(\.isNumber))
        else {
            return nil
        }
        let path = String(rest.dropFirst(authority.count))
        return path.first == "/" ? path : "/" + path
    }
}
