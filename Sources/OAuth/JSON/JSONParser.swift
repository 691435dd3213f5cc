/// Reads JSON strictly (RFC 8259): bounded depth, no member twice, no trailing text. It exists because
/// Foundation's parsers keep the last of two equal names, where RFC 6749 §3.2 wants the request refused.
struct JSONParser {
    static let deepest = 32

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func parse() throws(JSONError) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw .malformed }
        return value
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func accept(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard accept(byte) else { throw .malformed }
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSON {
        guard depth <= Self.deepest else { throw .tooDeep }
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return try number()
        }
    }

    private mutating func literal(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
        for byte in word.utf8 { try expect(byte) }
        return value
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSON {
        try expect(UInt8(ascii: "{"))
        var members: [JSON.Member] = []
        var names: Set<String> = []
        skipSpace()
        if accept(UInt8(ascii: "}")) { return .object([]) }
        repeat {
            skipSpace()
            let name = try string()
            guard names.insert(name).inserted else { throw .repeatedName }
            skipSpace()
            try expect(UInt8(ascii: ":"))
            members.append(JSON.Member(name, try value(depth: depth + 1)))
            skipSpace()
        } while accept(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSON {
        try expect(UInt8(ascii: "["))
        var values: [JSON] = []
        skipSpace()
        if accept(UInt8(ascii: "]")) { return .array([]) }
        repeat {
            values.append(try value(depth: depth + 1))
            skipSpace()
        } while accept(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
        return .array(values)
    }

    private mutating func string() throws(JSONError) -> String {
        try expect(UInt8(ascii: "\""))
        let start = position
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        var text = Array(bytes[start..<position])
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw .malformed }
                return string
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw .malformed
            default: text.append(byte)
            }
        }
        throw .malformed
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        guard let byte = current else { throw .malformed }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): try unicodeEscape(into: &text)
        default: throw .malformed
        }
    }

    private mutating func unicodeEscape(into text: inout [UInt8]) throws(JSONError) {
        var code = UInt32(try fourHexDigits())
        if (0xD800...0xDBFF).contains(code) {
            try expect(UInt8(ascii: "\\"))
            try expect(UInt8(ascii: "u"))
            let low = UInt32(try fourHexDigits())
            guard (0xDC00...0xDFFF).contains(low) else { throw .malformed }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw .malformed }
        text.append(contentsOf: Character(scalar).utf8)
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt16 {
        guard bytes.count - position >= 4 else { throw .malformed }
        let digits = bytes[position..<position + 4]
        position += 4
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let value = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw .malformed }
        return value
    }

    private mutating func number() throws(JSONError) -> JSON {
        let start = position
        _ = accept(UInt8(ascii: "-"))
        if !accept(UInt8(ascii: "0")) { try digits() }
        var isInteger = true
        if accept(UInt8(ascii: ".")) {
            isInteger = false
            try digits()
        }
        if accept(UInt8(ascii: "e")) || accept(UInt8(ascii: "E")) {
            isInteger = false
            if !accept(UInt8(ascii: "+")) { _ = accept(UInt8(ascii: "-")) }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw .malformed }
        return .number(value)
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw .malformed }
    }
}

/// Why a text isn't JSON that this server reads.
public enum JSONError: Error, Sendable, Equatable {
    case malformed
    case repeatedName
    case tooDeep
}

extension JSON {
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        var parser = JSONParser(bytes)
        self = try parser.parse()
    }

    public init(parsing text: String) throws(JSONError) { try self.init(parsing: Array(text.utf8)) }
}

extension Parameters {
    /// Reads a JSON body as parameters: one object whose members are texts, numbers or booleans.
    ///
    /// - Throws: `invalid_request` for anything else, arrays and objects included; `null` counts as absent.
    public init(json bytes: [UInt8]) throws(OAuthError) {
        self.init()
        let json: JSON
        do { json = try JSON(parsing: bytes) } catch {
            switch error {
            case .malformed: throw .invalidRequest("The body is not valid JSON.")
            case .repeatedName: throw .invalidRequest("A parameter is given more than once.")
            case .tooDeep: throw .invalidRequest("The JSON body is nested too deeply.")
            }
        }
        guard let members = json.members else { throw .invalidRequest("The JSON body must be one object.") }
        for member in members {
            switch member.value {
            case .string(let text): try add(member.name, text)
            case .integer(let value): try add(member.name, String(value))
            case .bool(let value): try add(member.name, String(value))
            case .null: continue
            case .number, .array, .object:
                throw .invalidRequest("A parameter in the JSON body is not a plain text.")
            }
        }
    }
}
