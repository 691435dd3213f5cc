import Crypto

/// Digests of texts, taken over their UTF-8 bytes.
public enum Digests {
    public static func sha256(_ text: String) -> [UInt8] {
        Array(digest(of: text, with: SHA256.self))
    }

    public static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        Array(digest(of: bytes, with: SHA256.self))
    }

    /// The form in which tokens are stored and PKCE challenges are sent (RFC 7636 §4.2).
    public static func sha256Base64URL(_ text: String) -> String {
        Base64URL.encode(sha256(text))
    }

    /// Proves nothing: PlaceOS looks users up by the MD5 of their address, and no other use is safe.
    public static func md5Hex(_ text: String) -> String {
        hexadecimal(digest(of: text, with: Insecure.MD5.self))
    }

    public static func hmacSHA256Hex(key: [UInt8], _ message: String) -> String {
        hexadecimal(authenticationCode(of: message, key: SymmetricKey(data: key), with: SHA256.self))
    }

    /// The form in which PlaceOS stores the secrets of its API keys.
    public static func hmacSHA512Hex(key: String, _ message: String) -> String {
        hexadecimal(authenticationCode(of: message, key: SymmetricKey(data: Array(key.utf8)), with: SHA512.self))
    }

    private static func digest<Hash: HashFunction>(of text: String, with hash: Hash.Type) -> Hash.Digest {
        digest(of: text.utf8, with: hash)
    }

    private static func digest<Hash: HashFunction>(
        of bytes: some Collection<UInt8>, with hash: Hash.Type
    ) -> Hash.Digest {
        var function = Hash()
        withContiguousBytes(bytes) { function.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        return function.finalize()
    }

    private static func authenticationCode<Hash: HashFunction>(
        of message: String, key: SymmetricKey, with hash: Hash.Type
    ) -> HMAC<Hash>.MAC {
        HMAC<Hash>.authenticationCode(for: Array(message.utf8), using: key)
    }
}
