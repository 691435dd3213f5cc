/// Where an authorization response may be sent: a URI that matched the client's registration, so that
/// redirecting to an unverified address does not compile.
///
/// RFC 6749 §3.1.2, RFC 9700 §2.1 and §4.1.
public struct RedirectURI: Sendable, Hashable {
    public let text: String

    /// The requested URI, if it is one of the registered ones character by character. Only the port of a
    /// loopback IP address may differ (RFC 8252 §7.3), since a native program takes the port it gets.
    ///
    /// Nothing is normalised: not case, default port, trailing slash or encoding.
    public init?(_ requested: String, registered: [String]) {
        let matches = registered.contains { candidate in
            // By bytes: Swift holds the Kelvin sign equal to a K.
            if candidate.utf8.elementsEqual(requested.utf8) { return true }
            guard let a = LoopbackAddress(candidate), let b = LoopbackAddress(requested) else { return false }
            return a == b
        }
        guard matches else { return nil }
        text = requested
    }

    /// Whether the page behind it is ts-client's, which ignores `error` and would ask again for ever.
    public var isResponsePage: Bool {
        let path = text.prefix { $0 != "?" && $0 != "#" }
        return path.hasSuffix("oauth-resp.html")
    }

    /// scheme://host[:port] of an http(s) URI, for a Content-Security-Policy.
    public var origin: String? {
        guard let scheme = text.firstRange(of: "://"), text.hasPrefix("http") else { return nil }
        return String(text[..<scheme.upperBound] + text[scheme.upperBound...].prefix { !"/?#".contains($0) })
    }
}

/// A loopback redirect URI with its port cut out.
private struct LoopbackAddress: Equatable {
    let beforePort: Substring
    let afterPort: Substring

    static func == (a: LoopbackAddress, b: LoopbackAddress) -> Bool {
        a.beforePort == b.beforePort && a.afterPort.utf8.elementsEqual(b.afterPort.utf8)
    }

    init?(_ uri: String) {
        let hosts = ["http://127.0.0.1", "http://[::1]"]
        guard let host = hosts.first(where: uri.hasPrefix) else { return nil }
        let rest = uri.dropFirst(host.count)
        beforePort = uri.prefix(host.count)
        guard let first = rest.first else {
            afterPort = rest
            return
        }
        switch first {
        case ":":
            let digits = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            guard !digits.isEmpty, UInt16(digits) != nil else { return nil }
            afterPort = rest.dropFirst(1 + digits.count)
            guard afterPort.isEmpty || "/?".contains(afterPort[afterPort.startIndex]) else { return nil }
        case "/", "?": afterPort = rest
        default: return nil
        }
    }
}
