public import HTTPTypes
import OAuth

/// The cookies of a request (RFC 6265 §4.2), values as they stand: percent-encoding is the caller's business.
public struct Cookies: Sendable {
    private let pairs: [(name: Substring, value: Substring)]

    public init(_ headers: HTTPFields) {
        pairs = headers[values: .cookie].flatMap { line in
            line.split(separator: ";").compactMap { part in
                let part = part.drop { $0 == " " }
                guard let equals = part.firstIndex(of: "=") else { return nil }
                return (part[..<equals], part[part.index(after: equals)...])
            }
        }
    }

    /// Every value under that name: a browser that kept an old cookie on another path sends both.
    public func all(_ name: String) -> [String] {
        pairs.filter { $0.name == name }.prefix(8).map { pair in
            guard pair.value.contains("%") else { return String(pair.value) }
            do { return try Parameters(form: Array("v=\(pair.value)".utf8))["v"] ?? "" } catch {
                return String(pair.value)
            }
        }
    }

    public func first(_ name: String) -> String? { all(name).first { !$0.isEmpty } }
}

/// A cookie to be set or deleted, with the same attributes either way, or a browser would keep it.
struct SetCookie: Sendable {
    enum SameSite: String, Sendable { case lax = "Lax", none = "None" }

    let name: String
    let value: String
    let path: String
    /// `nil` until the browser closes; zero deletes.
    let maxAge: Duration?
    let sameSite: SameSite
    let isSecure: Bool

    var header: String {
        var text = "\(name)=\(value); Path=\(path)"
        if let maxAge { text += "; Max-Age=\(maxAge.wholeSeconds)" }
        if maxAge == .zero { text += "; Expires=Thu, 01 Jan 1970 00:00:00 GMT" }
        if isSecure { text += "; Secure" }
        return text + "; HttpOnly; SameSite=\(sameSite.rawValue)"
    }
}
