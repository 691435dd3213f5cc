/// What is stored of a password: an argon2id PHC string, or bcrypt (`$2a$`, `$2b$`, `$2y$`) from PlaceOS.
///
/// A password counts as its UTF-8 bytes, as they are: neither trimmed nor normalised.
public enum PasswordDigest {
    /// In bytes. A longer text is not a password but an attempt to keep the server busy.
    public static let maximumPasswordLength = 1024

    /// Hashes a password with a fresh salt of 16 bytes. It blocks for tens of milliseconds and takes `cost.memoryKiB`
    /// of memory, so call it on the hashing lane only.
    ///
    /// - Throws: `passwordContainsNUL`, `passwordTooLong`, or `hashingFailed` when memory or threads are exhausted.
    public static func make(_ password: String, cost: Argon2Cost) throws(CryptographyError) -> String {
        try check(password)
        let salt = SecureRandom.bytes(16)
        let digest = withContiguousBytes(password.utf8) { bytes in
            Result { () throws(CryptographyError) in
                try Argon2Digest(of: bytes, cost: cost.clamped, salt: salt, length: 32)
            }
        }
        return try digest.get().text
    }

    /// Whether the digest was made of this password. It blocks as `make` does.
    ///
    /// False for a digest that is neither, for a password `make` would refuse (bcrypt stops at NUL, so `secret` and
    /// `secret\0x` would be the same), and when the host has not the memory that the digest asks for.
    public static func verifies(_ password: String, against digest: String) -> Bool {
        guard (try? check(password)) != nil else { return false }
        return withContiguousBytes(password.utf8) { bytes in
            if let argon2 = Argon2Digest(digest) { return argon2.matches(bytes) }
            if let bcrypt = BcryptDigest(digest) { return bcrypt.matches(bytes) }
            return false
        }
    }

    /// Whether the password behind the digest should be hashed anew at the next sign-in: always for bcrypt, for
    /// argon2id when it took less memory or fewer passes.
    public static func needsUpgrade(_ digest: String, to cost: Argon2Cost) -> Bool {
        if let argon2 = Argon2Digest(digest) {
            return argon2.cost.memoryKiB < cost.clamped.memoryKiB || argon2.cost.iterations < cost.clamped.iterations
        }
        return BcryptDigest(digest) != nil
    }

    /// Whether any password could ever verify against the digest.
    public static func isRecognised(_ digest: String) -> Bool {
        Argon2Digest(digest) != nil || BcryptDigest(digest) != nil
    }

    private static func check(_ password: String) throws(CryptographyError) {
        guard password.utf8.count <= maximumPasswordLength else { throw .passwordTooLong }
        guard !password.utf8.contains(0) else { throw .passwordContainsNUL }
    }
}
