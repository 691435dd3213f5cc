/// base64url without padding, as JOSE uses it (RFC 7515 §2, RFC 4648 §5).
public enum Base64URL {
    public static func encode(_ bytes: [UInt8]) -> String {
        bytes.withUnsafeBufferPointer(encode)
    }

    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        withContiguousBytes(bytes, encode)
    }

    private static func encode(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        let length = Base64Alphabet.encodedLength(bytes.count)
        return String(unsafeUninitializedCapacity: length) { output in
            Base64Alphabet.urlSafe.encode(bytes, into: output)
            return length
        }
    }

    /// Appends the text of `bytes` to a token that is being written.
    public static func append(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        let start = output.count
        let length = Base64Alphabet.encodedLength(bytes.count)
        output.append(contentsOf: repeatElement(0, count: length))
        output.withUnsafeMutableBufferPointer { output in
            Base64Alphabet.urlSafe.encode(bytes, into: UnsafeMutableBufferPointer(rebasing: output[start...]))
        }
    }

    public static func append(_ bytes: [UInt8], to output: inout [UInt8]) {
        bytes.withUnsafeBufferPointer { append($0, to: &output) }
    }

    /// The bytes behind the text, or `nil` if `encode` would not have written exactly this text: there is one text for
    /// each value, so a token cannot be altered without its signature noticing.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        decode(text.utf8)
    }

    /// As `decode`, from the bytes of an ASCII text.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        withContiguousBytes(text) { Base64Alphabet.urlSafe.decode($0) }
    }

    /// As `decode`, but takes the padding that some peers send.
    public static func decodeLenient(_ text: some StringProtocol) -> [UInt8]? {
        decodeLenient(text.utf8)
    }

    public static func decodeLenient(_ text: some Collection<UInt8>) -> [UInt8]? {
        withContiguousBytes(text) { Base64Alphabet.urlSafe.decodePadded($0) }
    }
}
