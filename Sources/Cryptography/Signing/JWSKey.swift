/// What a kind of private key does for `SigningKey`.
protocol JWSKey: Sendable {
    var algorithm: SigningKey.Algorithm { get }

    func publicKey() throws(CryptographyError) -> PublicJWK
    /// SubjectPublicKeyInfo (RFC 5280 §4.1).
    func publicDER() throws(CryptographyError) -> [UInt8]
    /// PKCS#8 (RFC 5958).
    func privateDER() throws(CryptographyError) -> [UInt8]

    func sign(_ message: [UInt8]) throws(CryptographyError) -> [UInt8]
    func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool
}
