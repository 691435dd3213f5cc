/// Why a key, a password or a sealed text was not accepted.
///
/// No case carries a secret, so a description may be logged and shown to an operator.
public enum CryptographyError: Error, Sendable, Equatable {
    /// bcrypt stops at a NUL byte, so such a password would be worth less than it seems.
    case passwordContainsNUL
    /// Longer than `PasswordDigest.maximumPasswordLength` bytes.
    case passwordTooLong
    /// libargon2's own words, such as "Memory allocation error".
    case hashingFailed(String)

    case noPrivateKey
    case unfinishedPEM
    case notBase64
    case encryptedKey
    case malformedKey
    /// As libcrypto names it, such as `X25519` or `RSA-PSS`.
    case unsupportedKeyType(String)
    /// As libcrypto names it, such as `secp384r1`.
    case unsupportedCurve(String)
    case unsupportedKeySize(bits: Int)
    /// The private half does not belong to the public half.
    case inconsistentKey

    case keyGenerationFailed
    case exportFailed
    case signingFailed

    /// A master key that is not 32 bytes long.
    case wrongSealingKeyLength(Int)
    case sealingFailed
    /// Not a sealed text, altered since, sealed with another key or for another context: AES-GCM cannot tell which.
    case cannotOpen
}

extension CryptographyError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .passwordContainsNUL: "The password contains a NUL character."
        case .passwordTooLong: "The password is longer than \(PasswordDigest.maximumPasswordLength) bytes."
        case .hashingFailed(let reason): "The password could not be hashed: \(reason)."

        case .noPrivateKey: "There is no PEM block of a private key (RSA PRIVATE KEY, PRIVATE KEY or EC PRIVATE KEY)."
        case .unfinishedPEM: "The PEM block has no END line that matches its BEGIN line."
        case .notBase64: "The text between the BEGIN and END lines is not base64."
        case .encryptedKey: "The private key is encrypted; store it without a passphrase."
        case .malformedKey: "The PEM block does not hold a private key that OpenSSL can read."
        case .unsupportedKeyType(let name): "A key of type \(name) cannot sign; use RSA, EC on P-256, or Ed25519."
        case .unsupportedCurve(let name): "The curve \(name) is not supported; use P-256 (prime256v1)."
        case .unsupportedKeySize(let bits):
            "An RSA key of \(bits) bits is not supported; use \(RSAKey.sizes.lowerBound) to \(RSAKey.sizes.upperBound)."
        case .inconsistentKey: "The private key does not belong to the public key stored with it."

        case .keyGenerationFailed: "OpenSSL could not generate a key."
        case .exportFailed: "The key could not be written out."
        case .signingFailed: "The signature could not be made."

        case .wrongSealingKeyLength(let count): "The master key has \(count) bytes; it must have 32."
        case .sealingFailed: "The text could not be sealed."
        case .cannotOpen: "The sealed text was altered, or sealed with another master key or for another purpose."
        }
    }
}
