/// One of the two base64 alphabets of RFC 4648, as a table for each direction.
struct Base64Alphabet: Sendable {
    /// RFC 4648 §4.
    static let standard = Base64Alphabet(last: "+/")
    /// RFC 4648 §5.
    static let urlSafe = Base64Alphabet(last: "-_")

    /// The character of each of the 64 values.
    private let characters: [UInt8]
    /// The value of each of the 256 bytes; one with a bit of `invalid` set for a byte outside the alphabet.
    private let values: [UInt8]
    private static let invalid: UInt8 = 0b1100_0000

    private init(last: String) {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + last
        characters = Array(alphabet.utf8)
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in characters.enumerated() { values[Int(character)] = UInt8(value) }
        self.values = values
    }

    /// How many characters `count` bytes take without padding.
    static func encodedLength(_ count: Int) -> Int {
        count / 3 * 4 + (count % 3 == 0 ? 0 : count % 3 + 1)
    }

    /// Writes the characters of `bytes`, without padding, over the first `encodedLength` bytes of `output`.
    func encode(_ bytes: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) {
        characters.withUnsafeBufferPointer { characters in
            var read = 0
            var written = 0
            while bytes.count - read >= 3 {
                let (a, b, c) = (bytes[read], bytes[read + 1], bytes[read + 2])
                output[written] = characters[Int(a >> 2)]
                output[written + 1] = characters[Int((a & 0x03) << 4 | b >> 4)]
                output[written + 2] = characters[Int((b & 0x0F) << 2 | c >> 6)]
                output[written + 3] = characters[Int(c & 0x3F)]
                read += 3
                written += 4
            }
            guard read < bytes.count else { return }

            let a = bytes[read]
            let b = read + 1 < bytes.count ? bytes[read + 1] : 0
            output[written] = characters[Int(a >> 2)]
            output[written + 1] = characters[Int((a & 0x03) << 4 | b >> 4)]
            if read + 1 < bytes.count { output[written + 2] = characters[Int((b & 0x0F) << 2)] }
        }
    }

    /// The bytes that `encode` makes exactly this text of: `nil` for padding, white space, a character outside the
    /// alphabet, a length that cannot be, or bits left over that are not zero (RFC 4648 §3.5). So no two texts decode
    /// to the same bytes.
    func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        let rest = text.count % 4
        guard rest != 1 else { return nil }

        // The value bits of every character seen; an invalid one leaves its mark, looked at once in the end.
        var seen: UInt8 = 0
        let bytes = values.withUnsafeBufferPointer { values in
            [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3 + max(0, rest - 1)) { output, written in
                var read = 0
                while text.count - read >= 4 {
                    let (a, b) = (values[Int(text[read])], values[Int(text[read + 1])])
                    let (c, d) = (values[Int(text[read + 2])], values[Int(text[read + 3])])
                    seen |= a | b | c | d
                    output[written] = a << 2 | (b >> 4) & 0x03
                    output[written + 1] = b << 4 | (c >> 2) & 0x0F
                    output[written + 2] = c << 6 | d & 0x3F
                    read += 4
                    written += 3
                }
                guard rest > 0 else { return }

                let (a, b) = (values[Int(text[read])], values[Int(text[read + 1])])
                let c = rest == 3 ? values[Int(text[read + 2])] : 0
                seen |= a | b | c
                output[written] = a << 2 | (b >> 4) & 0x03
                written += 1
                if rest == 3 {
                    output[written] = b << 4 | (c >> 2) & 0x0F
                    written += 1
                }
                let leftOver = rest == 3 ? c & 0x03 : b & 0x0F
                if leftOver != 0 { seen |= Self.invalid }
            }
        }
        return seen & Self.invalid == 0 ? bytes : nil
    }

    /// As `decode`, but with padding allowed where RFC 4648 §4 puts it.
    func decodePadded(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        let padding = text.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding == 0 || text.count % 4 == 0 else { return nil }
        return decode(UnsafeBufferPointer(rebasing: text.dropLast(padding)))
    }
}
