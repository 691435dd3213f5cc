import Cryptography
import OAuth

/// PlaceOS's `verified` cookie: nginx recomputes it for every static file, and lets nobody else load one.
///
/// It proves nothing about a user, and is never accepted as a sign-in.
public struct VerifiedCookie: Sendable {
    private let key: [UInt8]

    /// - Parameter secret: `SECRET_KEY_BASE`, which nginx knows too.
    public init(secret: String) { key = Array(secret.utf8) }

    /// `<16 hex>.<hex HMAC-SHA256 of the 16 hex>`
    func value() -> String {
        let nonce = SecureRandom.bytes(8).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 0x0F, radix: 16)
        }.joined()
        return "\(nonce).\(Digests.hmacSHA256Hex(key: key, nonce))"
    }
}
