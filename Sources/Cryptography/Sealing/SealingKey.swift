import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The master key, under which secrets lie in the database: AES-256-GCM.
///
/// Nonces are random, which is safe for 2^32 texts a key (NIST SP 800-38D §8.3).
public struct SealingKey: Sendable {
    private let key: SymmetricKey

    /// - Throws: `wrongSealingKeyLength` for other than 32 bytes.
    public init(bytes: [UInt8]) throws(CryptographyError) {
        guard bytes.count == 32 else { throw .wrongSealingKeyLength(bytes.count) }
        key = SymmetricKey(data: bytes)
    }

    /// The 32 bytes of a new key.
    public static func generate() -> [UInt8] {
        SecureRandom.bytes(32)
    }

    /// - Parameter context: what the text is for and whose it is, such as `signing-key/4f1c`. It is not stored, and
    ///   must be the same when the text is opened: so a sealed text copied into another row does not open there.
    /// - Returns: base64url of nonce, ciphertext and tag.
    public func seal(_ plaintext: [UInt8], context: String) throws(CryptographyError) -> String {
        do {
            let box = try AES.GCM.seal(plaintext, using: key, authenticating: Array(context.utf8))
            guard let combined = box.combined else { throw CryptographyError.sealingFailed }
            return Base64URL.encode(combined)
        } catch {
            throw .sealingFailed
        }
    }

    /// - Throws: `cannotOpen`, whatever is wrong.
    public func open(_ sealed: String, context: String) throws(CryptographyError) -> [UInt8] {
        guard let combined = Base64URL.decode(sealed) else { throw .cannotOpen }
        do {
            let box = try AES.GCM.SealedBox(combined: combined)
            return Array(try AES.GCM.open(box, using: key, authenticating: Array(context.utf8)))
        } catch {
            throw .cannotOpen
        }
    }
}

extension SealingKey: CustomStringConvertible {
    public var description: String { "•••" }
}
