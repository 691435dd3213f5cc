import HTTPTypes
import NIOCore

/// Why a request is not handed to the application. The connection closes after it: where a message cannot be
/// trusted, neither can the place where the next one begins (RFC 9112 §2.2, §11.2).
struct RequestRefusal: Error, Hashable {
    let status: HTTPResponse.Status
    /// One sentence for the client's developer: ASCII without `"` or `\` (RFC 6749 §5.2).
    let hint: String

    static func malformed(_ hint: String) -> Self { Self(status: .badRequest, hint: hint) }

    static let notHTTP = malformed("The request is not well-formed HTTP/1.1.")
    static let endedEarly = malformed("The connection ended before the request did.")
    static let bodyTooSlow = Self(status: .requestTimeout, hint: "The request's body did not arrive in time.")
    static let targetTooLong = Self(status: .uriTooLong, hint: "The request's target is too long.")
    static let headTooLarge = Self(
        status: .requestHeaderFieldsTooLarge, hint: "The request has too many or too large header fields.")

    var response: HTTPResponse {
        var fields: HTTPFields = [
            .contentType: "application/json", .contentLength: "\(json.utf8.count)", .cacheControl: "no-store",
            .xContentTypeOptions: "nosniff",
        ]
        if let name = HTTPField.Name("Referrer-Policy") { fields[name] = "no-referrer" }
        return HTTPResponse(status: status, headerFields: fields)
    }

    var body: ByteBuffer { ByteBuffer(string: json) }

    private var json: String { #"{"error":"invalid_request","error_description":"\#(hint)"}"# }
}
