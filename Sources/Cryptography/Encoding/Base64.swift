/// base64 with the standard alphabet (RFC 4648 §4): PEM, HTTP Basic credentials, PlaceOS's `JWT_SECRET`.
public enum Base64 {
    /// With padding.
    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        let text = encodeWithoutPadding(bytes)
        return text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    }

    /// As the PHC string format wants it.
    static func encodeWithoutPadding(_ bytes: some Collection<UInt8>) -> String {
        withContiguousBytes(bytes) { bytes in
            let length = Base64Alphabet.encodedLength(bytes.count)
            return String(unsafeUninitializedCapacity: length) { output in
                Base64Alphabet.standard.encode(bytes, into: output)
                return length
            }
        }
    }

    /// Ignores ASCII white space wherever it is, and takes padding or none: what people make of a key when they paste
    /// it, and what Ruby's decoder forgives.
    public static func decodeLenient(_ text: some StringProtocol) -> [UInt8]? {
        decodeLenient(text.utf8)
    }

    public static func decodeLenient(_ text: some Collection<UInt8>) -> [UInt8]? {
        let characters = text.filter { !isWhiteSpace($0) }
        return withContiguousBytes(characters) { Base64Alphabet.standard.decodePadded($0) }
    }

    /// Neither padding nor white space, and one text for each value.
    static func decodeWithoutPadding(_ text: some Collection<UInt8>) -> [UInt8]? {
        withContiguousBytes(text) { Base64Alphabet.standard.decode($0) }
    }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (9...13).contains(byte)
    }
}
