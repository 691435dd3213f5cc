import HTTPTypes
import NIOCore

/// How a client finds the end of a response's body (RFC 9112 §6.3).
enum BodyFraming {
    /// There is none, whatever the application writes: the request was HEAD, or the status forbids it.
    case absent
    /// By the Content-Length, or by the end of the connection.
    case identity
    case chunked
}

extension ByteBuffer {
    /// Writes a status line and fields, and decides how the body is framed.
    ///
    /// The fields that frame a message and end a connection are this function's alone, so that no route can
    /// have a client misread where the next response begins. Names and values are safe: swift-http-types lets
    /// no CR or LF into them.
    mutating func writeHead(_ head: HTTPResponse, toHEAD: Bool, toHTTP10: Bool, closes: Bool) -> BodyFraming {
        let status = head.status
        writeStaticString("HTTP/1.1 ")
        writeString(String(status.code))
        writeStaticString(" ")
        writeString(status.reasonPhrase)
        writeStaticString("\r\n")

        // RFC 9110 §8.6: no Content-Length with 204; with 304 and after HEAD it speaks of what was not sent.
        let isBodiless = toHEAD || status == .noContent || status == .notModified
        var hasLength = false
        for field in head.headerFields {
            switch field.name.canonicalName {
            case "connection", "transfer-encoding": continue
            case "content-length":
                if hasLength || status == .noContent { continue }
                hasLength = true
            default: break
            }
            writeField(field)
        }
        if closes { writeStaticString("connection: close\r\n") }

        let framing: BodyFraming = isBodiless ? .absent : hasLength || toHTTP10 ? .identity : .chunked
        if framing == .chunked { writeStaticString("transfer-encoding: chunked\r\n") }
        writeStaticString("\r\n")
        return framing
    }

    private mutating func writeField(_ field: HTTPField) {
        writeString(field.name.rawName)
        writeStaticString(": ")
        field.withUnsafeBytesOfValue { _ = writeBytes($0) }
        writeStaticString("\r\n")
    }

    /// Writes what precedes a chunk of `count` bytes (RFC 9112 §7.1).
    mutating func writeChunkSize(_ count: Int) {
        writeString(String(count, radix: 16))
        writeStaticString("\r\n")
    }
}
