import Cryptography

/// What a client commits to when it asks for a code, and proves when it redeems it.
///
/// RFC 7636 with the method S256 only: `plain` protects nothing that TLS does not (RFC 9700 §2.1.1).
public struct CodeChallenge: Sendable, Hashable {
    /// base64url without padding: 43 characters.
    public let text: String

    /// - Throws: `invalid_request` for a method other than S256, a missing method, or a challenge that
    ///   isn't the base64url of 32 bytes. Padding is accepted: older PlaceOS clients send it.
    public init(_ text: String, method: String?) throws(OAuthError) {
        // §4.3: without a method the client means `plain`, which is refused like any other.
        guard method == "S256" else {
            throw .invalidRequest("The code_challenge_method must be S256.")
        }
        guard let bytes = Base64URL.decodeLenient(text), bytes.count == 32 else {
            throw .invalidRequest("The code_challenge must be the base64url of a SHA-256 digest: 43 characters.")
        }
        self.text = Base64URL.encode(bytes)
    }

    /// A challenge that a store kept.
    public init(stored text: String) { self.text = text }

    /// §4.6: BASE64URL-ENCODE(SHA256(ASCII(code_verifier))) == code_challenge.
    public func matches(verifier: String) -> Bool {
        // §4.1: 43 to 128 characters of the unreserved set.
        guard (43...128).contains(verifier.utf8.count), verifier.utf8.allSatisfy(Self.isUnreserved) else {
            return false
        }
        return constantTimeEquals(Digests.sha256Base64URL(verifier), text)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
