import OAuth

/// An HTTP response as it came over the wire.
struct HTTPReply: Sendable {
    let status: Int
    let fields: [(name: String, value: String)]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSON { get throws { try JSON(parsing: body) } }
    var location: String? { self["Location"] }
    /// The `error` of an OAuth answer.
    var error: String? {
        do { return try json["error"]?.string } catch { return nil }
    }

    subscript(name: String) -> String? { all(name).first }

    func all(_ name: String) -> [String] {
        fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// The line that sets the cookie `name`.
    func setCookie(_ name: String) -> String? { all("Set-Cookie").first { $0.hasPrefix("\(name)=") } }

    /// The value that the cookie `name` is set to.
    func cookie(_ name: String) -> String? {
        setCookie(name).map { String($0.dropFirst(name.count + 1).prefix { $0 != ";" }) }
    }
}

extension HTTPReply {
    /// Reads the first response of `bytes` (RFC 9112 §6.3), interim ones left out.
    ///
    /// - Parameter isEnd: the connection has ended, so nothing more will come.
    /// - Returns: the response and how many bytes it took; `nil` while some are missing.
    static func read(_ bytes: [UInt8], isEnd: Bool) -> (reply: HTTPReply, length: Int)? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first?.split(separator: " "), first.count >= 2, let status = Int(first[1]) else {
            return nil
        }
        if status / 100 == 1 {
            guard let next = read(Array(bytes[end.upperBound...]), isEnd: isEnd) else { return nil }
            return (next.reply, end.upperBound + next.length)
        }
        let fields = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " }))
        }
        let head = HTTPReply(status: status, fields: fields, body: [])
        let rest = bytes[end.upperBound...]
        if status == 204 || status == 304 { return (head, end.upperBound) }
        if head["Transfer-Encoding"] == "chunked" {
            guard let (body, length) = chunks(Array(rest)) else { return nil }
            return (HTTPReply(status: status, fields: fields, body: body), end.upperBound + length)
        }
        if let length = head["Content-Length"].flatMap({ Int($0) }) {
            guard rest.count >= length else { return nil }
            return (
                HTTPReply(status: status, fields: fields, body: Array(rest.prefix(length))), end.upperBound + length
            )
        }
        return isEnd ? (HTTPReply(status: status, fields: fields, body: Array(rest)), bytes.count) : nil
    }

    /// RFC 9112 §7.1, without trailers.
    private static func chunks(_ bytes: [UInt8]) -> (body: [UInt8], length: Int)? {
        let lineEnd = Array("\r\n".utf8)
        var body: [UInt8] = []
        var position = 0
        while let line = bytes[position...].firstRange(of: lineEnd) {
            let text = String(
                decoding: bytes[position..<line.lowerBound].prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
            guard let size = Int(text, radix: 16), bytes.count >= line.upperBound + size + 2 else { return nil }
            body += bytes[line.upperBound..<line.upperBound + size]
            position = line.upperBound + size + 2
            if size == 0 { return (body, position) }
        }
        return nil
    }
}
