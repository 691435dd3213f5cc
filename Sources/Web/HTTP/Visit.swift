public import AuthorizationServer
public import HTTPTypes
public import Hummingbird
public import OAuth

/// Here the word means the OAuth request's, not the router's.
typealias Parameters = OAuth.Parameters

/// A request as the endpoints see it: the domain it is for, the public origin it came by, who sent it.
public struct Visit: Sendable {
    public let domain: Domain
    private let scheme: String
    private let authority: String
    private let forwardedAddress: String?
    private let context: Context

    /// `https://host[:port]`: the issuer (OpenID Connect Discovery §3).
    public var origin: String { domain.policy.origin ?? "\(scheme)://\(authority.lowercased())" }
    public var isSecure: Bool { origin.hasPrefix("https:") }
    /// The caller's address, behind proxies too.
    public var address: String { forwardedAddress ?? context.peer }
    public let headers: HTTPFields
    private let target: String

    public var path: String { String(target.prefix { $0 != "?" }) }

    /// Without the question mark; empty when there is none.
    public var query: String {
        target.utf8.firstIndex(of: UInt8(ascii: "?")).map { String(target[target.index(after: $0)...]) } ?? ""
    }

    /// - Throws: `UnknownHost` when no domain has the host that the request names; `OAuthError` when it
    ///   names none that can be read; `Admission.Refused` when the domain has more requests under way than
    ///   its share.
    public init(_ request: Request, _ context: Context, _ site: Site) async throws {
        let headers = request.headers
        var authority = request.head.authority ?? ""
        var scheme = request.head.scheme ?? "http"
        var address: String?
        let (host, proto, chain) = (headers[.forwardedHost], headers[.forwardedProto], headers[.forwardedFor])
        if host != nil || proto != nil || chain != nil, site.proxies.include(context.peer) {
            // Only what one proxy says is believed: two values mean that somebody else spoke first.
            if let host, host.utf8.allSatisfy(Self.isAuthorityByte) { authority = host }
            if let proto = proto?.lowercased(), proto == "https" || proto == "http" { scheme = proto }
            if let chain { address = Self.client(chain, behind: context.peer, site.proxies) }
        }
        guard let host = Self.host(of: authority), let domain = try await site.directory.domain(host: host) else {
            throw UnknownHost()
        }
        if let slot = context.slot { try site.admission.assign(slot, to: domain.id) }
        self.domain = domain
        self.scheme = scheme
        self.authority = authority
        forwardedAddress = address
        self.context = context
        self.headers = headers
        target = request.head.path ?? "/"
    }

    /// No domain of this server has the host: nothing is served, and the name is not repeated.
    public struct UnknownHost: Error { public init() {} }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isAuthorityByte(_ byte: UInt8) -> Bool {
        switch byte | 0x20 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: isDigit(byte) || ".-:[]_".utf8.contains(byte)
        }
    }

    /// The host without its port; `nil` for what is no host at all.
    private static func host(of authority: String) -> String? {
        let name: Substring
        let rest: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            name = authority[...end]
            rest = authority[authority.index(after: end)...]
        } else {
            let end = authority.firstIndex(of: ":") ?? authority.endIndex
            name = authority[..<end]
            rest = authority[end...]
        }
        guard !name.isEmpty,
            rest.isEmpty
                || (rest.first == ":" && rest.dropFirst().utf8.allSatisfy(isDigit) && UInt16(rest.dropFirst()) != nil)
        else { return nil }
        return String(name)
    }

    /// The last address of the chain that isn't one of our proxies.
    private static func client(_ chain: String, behind peer: String, _ proxies: TrustedProxies) -> String {
        let hops = chain.split(separator: ",").map { $0.trimming() }
        for hop in hops.reversed() where Network.bytes(of: hop) != nil {
            if !proxies.include(hop) { return hop }
        }
        return peer
    }

    /// Query and body as one map: form or JSON, whichever the body is.
    ///
    /// - Throws: `OAuthError`; `BodyTooLarge`.
    public func parameters(_ request: Request, _ site: Site) async throws -> OAuth.Parameters {
        let query = try OAuth.Parameters(form: self.query.utf8)
        let body = try await Self.body(of: request, limit: site.bodyLimit)
        guard !body.isEmpty else { return query }
        return try query.merging(Self.parameters(inBody: body, type: headers[.contentType]))
    }

    public static func body(of request: Request, limit: Int) async throws -> [UInt8] {
        if let length = request.headers[.contentLength], let bytes = Int(length), bytes > limit { throw BodyTooLarge() }
        var bytes: [UInt8] = []
        for try await buffer in request.body {
            guard bytes.count + buffer.readableBytes <= limit else { throw BodyTooLarge() }
            bytes.append(contentsOf: buffer.readableBytesView)
        }
        return bytes
    }

    public struct BodyTooLarge: Error { public init() {} }

    private static func parameters(inBody body: [UInt8], type: String?) throws(OAuthError) -> OAuth.Parameters {
        let type = type?.prefix { $0 != ";" }.lowercased().trimming() ?? ""
        let start = body.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        switch type {
        case "application/json": return try OAuth.Parameters(json: body)
        // Without a content type, or with curl's default for `-d`, JSON is told by its first character.
        case "", "application/x-www-form-urlencoded", "text/plain":
            if start == UInt8(ascii: "{") { return try OAuth.Parameters(json: body) }
            return try OAuth.Parameters(form: body)
        default:
            throw .invalidRequest("The content type must be application/x-www-form-urlencoded or application/json.")
        }
    }
}

extension HTTPField.Name {
    static let forwardedHost = HTTPField.Name.known("X-Forwarded-Host")
    static let forwardedProto = HTTPField.Name.known("X-Forwarded-Proto")
    static let forwardedFor = HTTPField.Name.known("X-Forwarded-For")
    static let apiKey = HTTPField.Name.known("X-API-Key")
    static let fetchSite = HTTPField.Name.known("Sec-Fetch-Site")
    public static let requestID = HTTPField.Name.known("X-Request-ID")
    public static let totalCount = HTTPField.Name.known("X-Total-Count")
    public static let link = HTTPField.Name.known("Link")

    /// A name that is spelled out here, and so is valid.
    static func known(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { fatalError("\(text) is not a header name") }
        return name
    }
}

extension StringProtocol {
    /// Without the blanks and tabs around it. Byte by byte: tokens come through here.
    func trimming() -> String {
        let text = Substring(self)
        let bytes = text.utf8
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        guard let start = bytes.firstIndex(where: { !isBlank($0) }), let end = bytes.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(text[start...end])
    }
}
