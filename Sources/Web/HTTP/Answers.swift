import AuthorizationServer
public import HTTPTypes
public import Hummingbird
import NIOCore

/// Ways to answer that every route shares.
public enum Answer {
    private static let jsonHeaders: HTTPFields = [
        .contentType: "application/json; charset=utf-8",
        .xContentTypeOptions: "nosniff",
        HTTPField.Name.known("Referrer-Policy"): "no-referrer",
    ]

    private static let documentHeaders: HTTPFields = {
        var headers = jsonHeaders
        headers[.cacheControl] = "public, max-age=60"
        headers[.accessControlAllowOrigin] = "*"
        return headers
    }()

    private static let secretHeaders: HTTPFields = {
        var headers = jsonHeaders
        headers[.cacheControl] = "no-store, no-cache"
        headers[.known("Pragma")] = "no-cache"
        return headers
    }()

    /// JSON that nobody may keep (RFC 6749 §5.1).
    public static func secretJSON(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: secretHeaders, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    public static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: jsonHeaders, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    public static func empty(_ status: HTTPResponse.Status) -> Response {
        var headers = HTTPFields()
        headers[.contentLength] = "0"
        headers[.xContentTypeOptions] = "nosniff"
        headers[.referrerPolicy] = "no-referrer"
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers)
    }

    /// RFC 9110 §15.5.6.
    static func notAllowed(but methods: String) -> Response {
        var response = empty(.methodNotAllowed)
        response.headers[.allow] = methods
        return response
    }

    /// Never 307 or 308, which would send a posted password on (RFC 9700 §4.12).
    public static func redirect(_ location: String, status: HTTPResponse.Status = .found) -> Response {
        var response = empty(status)
        response.headers[.location] = location
        return response
    }

    /// - Parameter embedders: origins that may show this domain's pages in a frame.
    static func page(_ page: some Page, status: HTTPResponse.Status = .ok, embedders: [String] = []) -> Response {
        Response(
            status: status, headers: PageHeaders.fields(for: page, embedders: embedders),
            body: ResponseBody(byteBuffer: ByteBuffer(string: render(page))))
    }

    /// A document with an entity tag (RFC 9110 §13.1.2), which anybody may read from anywhere.
    static func document(_ document: DiscoveryEndpoint.Document, _ headers: HTTPFields) -> Response {
        var fields = documentHeaders
        fields[.eTag] = document.entityTag
        if let known = headers[.ifNoneMatch], known == "*" || known.contains(document.entityTag) {
            return Response(status: .notModified, headers: fields)
        }
        return Response(
            status: .ok, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: document.bytes)))
    }
}

extension HTTPField.Name {
    static let referrerPolicy = known("Referrer-Policy")
}
