/// A private key that signs tokens, with everything others need to know to verify them.
public struct SigningKey: Sendable {
    /// The `alg` of a JWS (RFC 7518 §3.1, RFC 8037 §3.1).
    public enum Algorithm: String, Sendable, CaseIterable {
        /// RSASSA-PKCS1-v1_5 with SHA-256, which every verifier knows.
        case rs256 = "RS256"
        /// ECDSA on P-256 with SHA-256.
        case es256 = "ES256"
        /// Ed25519.
        case edDSA = "EdDSA"
    }

    public let algorithm: Algorithm
    /// The `kid`: the base64url SHA-256 thumbprint of the public key (RFC 7638 §3).
    public let keyID: String
    /// The public key as one JSON object (RFC 7517 §4), with `kid`, `use` and `alg`.
    public let publicJWK: String
    /// The public key as SubjectPublicKeyInfo, `-----BEGIN PUBLIC KEY-----`.
    public let publicKeyPEM: String

    private let key: any JWSKey

    /// The key ID of the development key that PlaceOS's repositories contain, for callers to refuse: anybody can sign
    /// with it.
    public static let placeOSDevelopmentKeyID = "WdKmO7zj_nB-doJYcsI6qIVWytuIsw9XfkzDieIwaIY"

    /// A fresh key. RSA takes from a tenth of a second to several, so not on an event loop.
    ///
    /// - Parameter rsaBits: 2048 to 8192; the other algorithms have one size.
    /// - Throws: `unsupportedKeySize`, `keyGenerationFailed`.
    public static func generate(_ algorithm: Algorithm, rsaBits: Int = 2048) throws(CryptographyError) -> SigningKey {
        switch algorithm {
        case .rs256: try SigningKey(RSAKey(generating: rsaBits))
        case .es256: try SigningKey(P256Key())
        case .edDSA: try SigningKey(Ed25519Key())
        }
    }

    /// Reads the first private key in the text: PKCS#1 (`RSA PRIVATE KEY`), PKCS#8 (`PRIVATE KEY`) or SEC 1
    /// (`EC PRIVATE KEY`), with line breaks, spaces and padding anywhere or nowhere.
    ///
    /// - Throws: what is wrong with it; RSA needs 2048 to 8192 bits, EC the curve P-256.
    public init(pem: String) throws(CryptographyError) {
        try self.init(readPrivateKey(der: PEM.privateKey(in: pem)))
    }

    init(_ key: any JWSKey) throws(CryptographyError) {
        self.key = key
        algorithm = key.algorithm
        let publicKey = try key.publicKey()
        keyID = publicKey.thumbprint
        publicJWK = publicKey.jsonObject(algorithm: key.algorithm)
        publicKeyPEM = PEM.encode(try key.publicDER(), label: "PUBLIC KEY")
    }

    /// The private key as PKCS#8, unencrypted: to be sealed, not stored.
    public func pem() throws(CryptographyError) -> String {
        PEM.encode(try key.privateDER(), label: "PRIVATE KEY")
    }

    /// The bytes of a JWS signature: for ES256 the two numbers R and S, 32 bytes each (RFC 7518 §3.4).
    public func sign(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
        try key.sign(message)
    }

    public func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        key.isValid(signature, for: message)
    }
}

extension SigningKey: CustomStringConvertible {
    public var description: String { "\(algorithm.rawValue) key \(keyID)" }
}
