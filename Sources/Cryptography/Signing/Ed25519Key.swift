import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An Ed25519 key, for EdDSA (RFC 8037 §3.1).
struct Ed25519Key: JWSKey {
    let algorithm = SigningKey.Algorithm.edDSA
    private let privateKey: Curve25519.Signing.PrivateKey
    private let verifyingKey: Curve25519.Signing.PublicKey

    init(_ privateKey: Curve25519.Signing.PrivateKey = Curve25519.Signing.PrivateKey()) {
        self.privateKey = privateKey
        verifyingKey = privateKey.publicKey
    }

    /// - Parameter seed: the private key of RFC 8032 §5.1.5, 32 bytes.
    init(seed: [UInt8]) throws(CryptographyError) {
        do {
            self.init(try Curve25519.Signing.PrivateKey(rawRepresentation: seed))
        } catch {
            throw .malformedKey
        }
    }

    func sign(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
        do {
            return Array(try privateKey.signature(for: message))
        } catch {
            throw .signingFailed
        }
    }

    func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        verifyingKey.isValidSignature(signature, for: message)
    }

    func publicKey() -> PublicJWK { .ed25519(verifyingKey.rawRepresentation) }

    func publicDER() -> [UInt8] { Array(verifyingKey.derRepresentation) }

    func privateDER() -> [UInt8] { Array(privateKey.derRepresentation) }
}
