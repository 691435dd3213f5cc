import HTTPTypes
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// A request's head that is safe to act on, read once from what swift-nio decoded.
///
/// swift-nio's parser (llhttp) already refuses a Content-Length beside a Transfer-Encoding, two
/// Content-Lengths, folded fields, bare LF or CR, and space before a colon. What it lets through is refused here.
struct RequestHead {
    let request: HTTPRequest
    /// Whether the client waits for 100 (Continue) before it sends the body (RFC 9110 §10.1.1).
    let expectsContinue: Bool
    /// Whether this is the connection's last request.
    let closes: Bool
    let isHTTP10: Bool

    /// - Parameter scheme: the connection's, whatever the request says.
    init(_ head: HTTPRequestHead, scheme: String, limits: HTTPLimits) throws(RequestRefusal) {
        guard head.uri.utf8.count <= limits.targetBytes else { throw .targetTooLong }
        guard let method = try? HTTPRequest.Method(head.method), method != .connect else {
            throw .malformed("The request's method is not one that this server can carry out.")
        }

        isHTTP10 = head.version != .http1_1
        // RFC 9112 §9.3 lets a server close after HTTP/1.0. An Upgrade is never accepted here, but swift-nio
        // reads nothing after a request that asked for one.
        var closes = isHTTP10 || !head.isKeepAlive
        var expectsContinue = false
        var host: String?
        var isChunked = false
        var fields = HTTPFields()
        fields.reserveCapacity(head.headers.count)

        for (rawName, value) in head.headers {
            guard let name = HTTPField.Name(rawName) else { throw .notHTTP }
            let field = HTTPField(name: name, value: value)
            switch name.canonicalName {
            case "host":
                // RFC 9112 §3.2: 400 to more than one Host, and to one that is not a host.
                guard host == nil, isAuthority(field.value) else { throw .wrongHost }
                host = field.value
                continue
            case "transfer-encoding":
                // §6.1: HTTP/1.0 has no Transfer-Encoding. Codings but `chunked` are not understood here.
                guard !isHTTP10, !isChunked, field.value.lowercased() == "chunked" else {
                    throw .malformed("This server understands no Transfer-Encoding but chunked, given once.")
                }
                isChunked = true
            case "upgrade": closes = true
            case "expect": expectsContinue = !isHTTP10 && field.value.lowercased() == "100-continue"
            default: break
            }
            fields.append(field)
        }

        // RFC 9112 §3.2: 400 to an HTTP/1.1 request without Host.
        guard host != nil || isHTTP10 else { throw .wrongHost }

        self.closes = closes
        self.expectsContinue = expectsContinue
        request = HTTPRequest(
            method: method, scheme: scheme, authority: host, path: try path(of: head.uri, method: method, host: host),
            headerFields: fields)
    }
}

extension RequestRefusal {
    static let wrongHost = malformed("The request needs exactly one Host, and its target must agree with it.")
    static let wrongTarget = malformed("The request's target is not a path or an http address.")
}

/// The path and query of a request target (RFC 9112 §3.2).
private func path(of target: String, method: HTTPRequest.Method, host: String?) throws(RequestRefusal) -> String {
    // RFC 3986 knows visible ASCII only, and a fragment is not sent.
    guard target.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "#") }) else { throw .wrongTarget }

    // origin-form
    if target.utf8.first == UInt8(ascii: "/") { return target }

    // asterisk-form
    if target == "*", method == .options { return target }

    // absolute-form. Its scheme is not believed: the connection has one.
    let scheme = target.prefix { $0 != ":" }
    guard ["http", "https"].contains(scheme.lowercased()), target.dropFirst(scheme.count).hasPrefix("://") else {
        throw .wrongTarget
    }
    let rest = target.dropFirst(scheme.count + 3)
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    // §3.2.2 has the target win over Host. Two names for one request are an attack on whoever reads the other.
    guard isAuthority(authority), authority.lowercased() == host?.lowercased() else { throw .wrongHost }
    let path = rest.dropFirst(authority.count)
    return path.first == "/" ? String(path) : "/" + path
}

/// Whether `text` is a host as DNS and RFC 3986 §3.2.2 have it, with or without a port.
private func isAuthority(_ text: some StringProtocol) -> Bool {
    var rest = Substring(text).utf8
    if rest.first == UInt8(ascii: "[") {
        guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return false }
        let address = rest[..<end].dropFirst()
        guard !address.isEmpty,
            address.allSatisfy({ isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") })
        else { return false }
        rest = rest[end...].dropFirst()
    } else {
        let name = rest.prefix { $0 != UInt8(ascii: ":") }
        guard !name.isEmpty, name.allSatisfy(isNameByte) else { return false }
        rest = rest.dropFirst(name.count)
    }
    guard rest.first == UInt8(ascii: ":") else { return rest.isEmpty }
    return rest.count <= 6 && rest.dropFirst().allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
}

private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
        true
    default: false
    }
}

private func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default: false
    }
}
