import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An EC key on P-256, for ES256.
struct P256Key: JWSKey {
    let algorithm = SigningKey.Algorithm.es256
    private let privateKey: P256.Signing.PrivateKey
    private let verifyingKey: P256.Signing.PublicKey

    init(_ privateKey: P256.Signing.PrivateKey = P256.Signing.PrivateKey()) {
        self.privateKey = privateKey
        verifyingKey = privateKey.publicKey
    }

    /// - Parameter scalar: the private number, 32 bytes. The public key is made from it, whatever one it came with.
    init(scalar: [UInt8]) throws(CryptographyError) {
        do {
            self.init(try P256.Signing.PrivateKey(rawRepresentation: scalar))
        } catch {
            throw .malformedKey
        }
    }

    func sign(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
        do {
            return Array(try privateKey.signature(for: message).rawRepresentation)
        } catch {
            throw .signingFailed
        }
    }

    func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
        return verifyingKey.isValidSignature(signature, for: message)
    }

    func publicKey() -> PublicJWK {
        let coordinates = verifyingKey.rawRepresentation
        return .p256(x: coordinates.prefix(32), y: coordinates.suffix(32))
    }

    func publicDER() -> [UInt8] { Array(verifyingKey.derRepresentation) }

    func privateDER() -> [UInt8] { Array(privateKey.derRepresentation) }
}
