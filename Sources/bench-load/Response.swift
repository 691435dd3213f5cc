import NIOCore

/// An answer as it came over the wire.
///
/// Only what a server under test sends: framed by Content-Length. Anything else is a failure that is reported, so
/// that a change of framing does not go by unnoticed.
struct Response {
    let status: Int
    /// Head and body.
    let bytes: ByteBuffer

    enum Malformed: String, Error {
        case notHTTP = "not an HTTP/1.1 response"
        case unframed = "a response without Content-Length"
        case tooLarge = "a response of more than 1 MiB"
    }

    /// Takes the first response out of `buffer`, or answers `nil` while some of it has yet to come.
    init?(from buffer: inout ByteBuffer) throws(Malformed) {
        guard buffer.readableBytes <= 1 << 20 else { throw .tooLarge }
        guard let head = Self.readHead(buffer.readableBytesView) else { return nil }
        guard let status = head.status else { throw .notHTTP }

        let isBodyless = status == 204 || status == 304
        guard let length = isBodyless ? 0 : head.contentLength else { throw .unframed }
        guard length <= 1 << 20 else { throw .tooLarge }
        guard let bytes = buffer.readSlice(length: head.length + length) else { return nil }
        self.status = status
        self.bytes = bytes
    }

    /// What follows `marker`, up to the first byte that ends a value in a header, a URL or JSON.
    func value(after marker: String) -> String? {
        let view = bytes.readableBytesView
        guard let found = view.firstRange(of: Array(marker.utf8)) else { return nil }
        let value = view[found.upperBound...].prefix { !Self.delimiters.contains($0) }
        return value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
    }

    /// The start of the answer on one line, for the report of a failure.
    var excerpt: String {
        let body = bytes.readableBytesView.suffix(200)
        return String(decoding: body, as: UTF8.self).filter { !$0.isNewline }
    }

    private static let delimiters = Array("\"&;, \r\n".utf8)
    private static let lengthField = Array("content-length:".utf8)

    private typealias Head = (length: Int, status: Int?, contentLength: Int?)

    /// Status, Content-Length and length of the head, or `nil` while its empty line has yet to come.
    private static func readHead(_ view: ByteBufferView) -> Head? {
        var status: Int?
        var contentLength: Int?
        var start = view.startIndex
        var isFirst = true
        while let end = view[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = view[start..<end]
            start = view.index(after: end)
            if isFirst {
                status = Int(String(decoding: line.dropFirst(9).prefix(3), as: UTF8.self))
                isFirst = false
            } else if line.count <= 1 {
                return (start - view.startIndex, status, contentLength)
            } else if isLength(line) {
                let text = String(decoding: line.dropFirst(lengthField.count), as: UTF8.self)
                contentLength = Int(text.filter { $0.isNumber })
            }
        }
        return nil
    }

    private static func isLength(_ line: ByteBufferView) -> Bool {
        line.count > lengthField.count && zip(line, lengthField).allSatisfy { $0 | 0x20 == $1 | 0x20 }
    }
}
