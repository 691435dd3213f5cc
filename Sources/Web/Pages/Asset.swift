/// A file that pages load. It is part of the program and the same for everybody.
public struct Asset: Sendable {
    public let name: String
    public let contentType: String
    public let bytes: [UInt8]
    /// A strong validator (RFC 9110 §8.8.3), quotes included.
    public let etag: String
    /// The path with a version, which changes with the content: what pages link to.
    public let address: String

    /// The path to route.
    public var path: String { "/auth/assets/\(name)" }

    /// The address changes when the content does, so what it once gave stays right for a year.
    public static let cacheControl = "public, max-age=31536000, immutable"

    public static let all = [
        Asset("gatehouse.css", "text/css; charset=utf-8", PackageResources.gatehouse_css),
        Asset("favicon.svg", "image/svg+xml", PackageResources.favicon_svg),
        Asset("form-post.js", "text/javascript; charset=utf-8", PackageResources.form_post_js),
        Asset("oauth-resp.js", "text/javascript; charset=utf-8", PackageResources.oauth_resp_js),
    ]

    private init(_ name: String, _ contentType: String, _ bytes: [UInt8]) {
        let version = String(fnv1a(bytes), radix: 36)
        self.name = name
        self.contentType = contentType
        self.bytes = bytes
        etag = "\"\(version)\""
        address = "/auth/assets/\(name)?v=\(version)"
    }
}

/// FNV-1a, 64 bits: tells versions of our own files apart, protects nothing.
private func fnv1a(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}
