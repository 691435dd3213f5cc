import Cryptography

/// How a client says who it is, as it stands in the request.
///
/// RFC 6749 §2.3.1: in the Authorization header or among the parameters, never both.
public struct ClientCredentials: Sendable {
    public enum Method: String, Sendable {
        case none
        case basic = "client_secret_basic"
        case post = "client_secret_post"
    }

    public let clientID: String
    public let secret: Secret?
    public let method: Method

    /// - Returns: `nil` when the request names no client at all.
    /// - Throws: `invalid_request` for two methods at once; `invalid_client` for a broken Basic header.
    public init?(_ parameters: Parameters, authorization: String?) throws(OAuthError) {
        guard let authorization, authorization.hasPrefix(ignoringCase: "basic ") else {
            guard let id = parameters["client_id"] else { return nil }
            clientID = id
            secret = parameters["client_secret"].map(Secret.init)
            method = secret == nil ? .none : .post
            return
        }
        guard let bytes = Self.decodeBase64(Substring(authorization.utf8.dropFirst(6))),
            let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0),
            let colon = text.firstIndex(of: ":")
        else { throw .invalidClient("The Authorization header is not valid Basic authentication.") }
        // §2.3.1: both parts are form-encoded before they are joined.
        guard let id = Self.formDecoded(text[..<colon]),
            let secret = Self.formDecoded(text[text.index(after: colon)...]),
            !id.isEmpty
        else { throw .invalidClient("The Authorization header is not valid Basic authentication.") }
        guard !parameters.has("client_secret") else {
            throw .invalidRequest("The client authenticates in two ways at once; use one.")
        }
        if let other = parameters["client_id"], other != id {
            throw .invalidRequest("The client_id differs from the one in the Authorization header.")
        }
        clientID = id
        self.secret = secret.isEmpty ? nil : Secret(secret)
        method = .basic
    }

    private static func decodeBase64(_ text: Substring) -> [UInt8]? {
        let url = text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
        return Base64URL.decodeLenient(String(decoding: url, as: UTF8.self))
    }

    /// A part of the pair; one that isn't form-encoded stands for itself, since many clients don't encode.
    private static func formDecoded(_ part: Substring) -> String? {
        guard part.utf8.contains(UInt8(ascii: "%")) || part.utf8.contains(UInt8(ascii: "+")) else {
            return String(part)
        }
        guard !part.utf8.contains(0) else { return nil }
        let escaped = "v=" + part.replacing("&", with: "%26").replacing("=", with: "%3D")
        do { return try Parameters(form: Array(escaped.utf8))["v"] ?? "" } catch { return String(part) }
    }
}
