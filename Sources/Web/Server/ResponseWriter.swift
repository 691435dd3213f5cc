import HTTPTypes
import NIOCore

/// Turns responses into bytes (RFC 9112 §4, §6), and gathers them so that a small response is one write.
///
/// The fields that frame a message and end a connection are this type's alone, so that no route can have a
/// client misread where the next response begins. Names and values are safe: swift-http-types lets no CR or LF
/// into them.
struct ResponseWriter {
    private var pending = ByteBuffer()
    private var framing: Framing?

    /// How a client finds the end of a response's body (RFC 9112 §6.3).
    private enum Framing {
        /// There is none, whatever the application writes: the request was HEAD, or the status forbids it.
        case absent
        /// By the Content-Length, or by the end of the connection.
        case identity
        case chunked
    }

    /// Whether a response has begun that has not ended.
    var hasBegun: Bool { framing != nil }

    mutating func begin(_ head: HTTPResponse, isHEAD: Bool = false, isHTTP10: Bool = false, closes: Bool) {
        let status = head.status
        pending.reserveCapacity(minimumWritableBytes: 1_024)
        pending.writeStaticString("HTTP/1.1 ")
        pending.writeString(String(status.code))
        pending.writeStaticString(" ")
        pending.writeString(status.reasonPhrase)
        pending.writeStaticString("\r\n")

        // RFC 9110 §8.6: no Content-Length with 204; with 304 and after HEAD it speaks of what was not sent.
        let isBodiless = isHEAD || status == .noContent || status == .notModified
        var hasLength = false
        for field in head.headerFields {
            switch field.name.canonicalName {
            case "connection", "transfer-encoding": continue
            case "content-length":
                if hasLength || status == .noContent { continue }
                hasLength = true
            default: break
            }
            pending.writeString(field.name.rawName)
            pending.writeStaticString(": ")
            field.withUnsafeBytesOfValue { _ = pending.writeBytes($0) }
            pending.writeStaticString("\r\n")
        }
        if closes { pending.writeStaticString("connection: close\r\n") }

        let framing: Framing = isBodiless ? .absent : hasLength || isHTTP10 ? .identity : .chunked
        if framing == .chunked { pending.writeStaticString("transfer-encoding: chunked\r\n") }
        pending.writeStaticString("\r\n")
        self.framing = framing
    }

    /// - Returns: what is to be written now, since there is no gain in gathering it.
    mutating func append(_ body: ByteBuffer) -> [ByteBuffer] {
        // An empty chunk would end the body.
        guard framing != .absent, body.readableBytes > 0 else { return [] }
        if framing == .chunked {
            pending.writeString(String(body.readableBytes, radix: 16))
            pending.writeStaticString("\r\n")
        }
        defer { if framing == .chunked { pending.writeStaticString("\r\n") } }
        guard body.readableBytes > 4_096 else {
            pending.writeImmutableBuffer(body)
            return []
        }
        return [take(), body].compactMap(\.self)
    }

    mutating func end() {
        if framing == .chunked { pending.writeStaticString("0\r\n\r\n") }
        framing = nil
    }

    /// What has been gathered since the last time, if anything.
    mutating func take() -> ByteBuffer? {
        guard pending.readableBytes > 0 else { return nil }
        defer { pending = ByteBuffer() }
        return pending
    }
}
