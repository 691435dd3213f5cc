import COpenSSL

/// The one source of codes, tokens, salts and identifiers.
public enum SecureRandom {
    /// - Parameter count: none for a negative number.
    public static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: max(0, count))
        guard let length = Int32(exactly: bytes.count), RAND_bytes(&bytes, length) == 1 else {
            // libcrypto has lost its seed, or cannot count that far: ask the kernel itself, which is merely slower.
            ERR_clear_error()
            var kernel = SystemRandomNumberGenerator()
            for index in bytes.indices { bytes[index] = kernel.next() }
            return bytes
        }
        return bytes
    }

    /// base64url text of `bytes` random bytes; 32 make a token of 43 characters that cannot be guessed.
    public static func token(bytes count: Int) -> String {
        Base64URL.encode(bytes(count))
    }
}
