extension Parameters {
    /// Reads `application/x-www-form-urlencoded` (WHATWG URL §5.1), which a query is too.
    ///
    /// - Throws: `invalid_request` for a broken percent-encoding, for text that isn't UTF-8, and for
    ///   what `add` refuses.
    @inlinable
    public init(form bytes: some Collection<UInt8>) throws(OAuthError) {
        try self.init(formBytes: Array(bytes))
    }

    /// Not generic: that would cost a call for each byte where another module calls it.
    @usableFromInline
    init(formBytes bytes: [UInt8]) throws(OAuthError) {
        self.init()
        var name: [UInt8] = []
        var value: [UInt8] = []
        var inValue = false
        var escape: (digits: Int, byte: UInt8) = (0, 0)

        func end(_ parameters: inout Parameters) throws(OAuthError) {
            guard escape.digits == 0 else { throw Self.brokenEscape }
            defer {
                name.removeAll(keepingCapacity: true)
                value.removeAll(keepingCapacity: true)
                inValue = false
            }
            if name.isEmpty && value.isEmpty { return }
            guard let name = String(validating: name, as: UTF8.self),
                let value = String(validating: value, as: UTF8.self)
            else { throw .invalidRequest("A parameter is not valid UTF-8.") }
            try parameters.add(name, value)
        }

        for byte in bytes {
            var byte = byte
            if escape.digits > 0 {
                guard let digit = Self.hexDigit(byte) else { throw Self.brokenEscape }
                escape = (escape.digits - 1, escape.byte << 4 | digit)
                guard escape.digits == 0 else { continue }
                byte = escape.byte
            } else {
                switch byte {
                case UInt8(ascii: "%"):
                    escape = (2, 0)
                    continue
                case UInt8(ascii: "&"):
                    try end(&self)
                    continue
                case UInt8(ascii: "=") where !inValue:
                    inValue = true
                    continue
                case UInt8(ascii: "+"): byte = UInt8(ascii: " ")
                default: break
                }
            }
            if inValue { value.append(byte) } else { name.append(byte) }
        }
        try end(&self)
    }

    private static let brokenEscape = OAuthError.invalidRequest("A percent-encoding is not two hexadecimal digits.")

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// Percent-encodes everything but the unreserved characters of RFC 3986 §2.3, so that the result can
/// stand in a query, a form or a path segment alike.
public func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 16)
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            bytes.append(byte)
        default:
            bytes.append(UInt8(ascii: "%"))
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 0x0F)])
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
