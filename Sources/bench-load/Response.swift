import Glibc
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
        guard let head = buffer.withUnsafeReadableBytes(Self.readHead) else { return nil }
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
        bytes.withUnsafeReadableBytes { view in
            guard let start = Self.end(of: marker, in: view) else { return nil }
            var end = start
            while end < view.count, !Self.isDelimiter(view[end]) { end += 1 }
            return end == start ? nil : String(decoding: view[start..<end], as: UTF8.self)
        }
    }

    /// The start of the answer on one line, for the report of a failure.
    var excerpt: String {
        let body = bytes.readableBytesView.suffix(200)
        return String(decoding: body, as: UTF8.self).filter { !$0.isNewline }
    }

    // The driver shares the machine with what it measures. So that it takes little of it, bytes are looked at where
    // they are, without the collections between.

    private typealias Head = (length: Int, status: Int?, contentLength: Int?)

    /// Status, Content-Length and length of the head, or `nil` while its empty line has yet to come.
    private static func readHead(_ view: UnsafeRawBufferPointer) -> Head? {
        guard let length = end(of: "\r\n\r\n", in: view) else { return nil }
        let head = UnsafeRawBufferPointer(rebasing: view[..<length])
        let field = end(of: "\r\nContent-Length: ", in: head) ?? end(of: "\r\ncontent-length: ", in: head)
        return (length, number(in: head, at: 9), field.flatMap { number(in: head, at: $0) })
    }

    /// Where the first occurrence of a text ends.
    private static func end(of text: String, in view: UnsafeRawBufferPointer) -> Int? {
        var text = text
        return text.withUTF8 { text in
            guard let start = view.baseAddress, let wanted = text.baseAddress, let first = text.first else {
                return nil
            }
            var index = 0
            while index + text.count <= view.count,
                let found = memchr(start + index, Int32(first), view.count - text.count - index + 1)
            {
                index = UnsafeRawPointer(found) - start
                if memcmp(found, wanted, text.count) == 0 { return index + text.count }
                index += 1
            }
            return nil
        }
    }

    /// A number of up to seven digits.
    private static func number(in view: UnsafeRawBufferPointer, at start: Int) -> Int? {
        var value = 0
        var index = start
        while index < min(view.count, start + 7), case let digit = view[index], (0x30...0x39).contains(digit) {
            value = value * 10 + Int(digit - 0x30)
            index += 1
        }
        return index > start ? value : nil
    }

    private static func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x22, 0x26, 0x3B, 0x2C, 0x20, 0x0D, 0x0A: true
        default: false
        }
    }
}
