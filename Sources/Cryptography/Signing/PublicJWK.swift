/// The members of a public JSON Web Key (RFC 7517) that make the key, and what is derived from them.
///
/// Their values are base64url or fixed words, so nothing needs escaping.
struct PublicJWK {
    /// `kty` and those that RFC 7638 §3.2 (RFC 8037 §2 for Ed25519) requires for it, in the order they are shown.
    let members: [(name: String, value: String)]

    /// RFC 7518 §6.3.1. Both numbers big-endian, without leading zero bytes.
    static func rsa(modulus: [UInt8], exponent: [UInt8]) -> PublicJWK {
        PublicJWK(members: [
            ("kty", "RSA"), ("n", Base64URL.encode(modulus)), ("e", Base64URL.encode(exponent)),
        ])
    }

    /// RFC 7518 §6.2.1. Both coordinates have 32 bytes.
    static func p256(x: some Collection<UInt8>, y: some Collection<UInt8>) -> PublicJWK {
        PublicJWK(members: [
            ("kty", "EC"), ("crv", "P-256"), ("x", Base64URL.encode(x)), ("y", Base64URL.encode(y)),
        ])
    }

    /// RFC 8037 §2.
    static func ed25519(_ publicKey: some Collection<UInt8>) -> PublicJWK {
        PublicJWK(members: [("kty", "OKP"), ("crv", "Ed25519"), ("x", Base64URL.encode(publicKey))])
    }

    /// RFC 7638 §3: the SHA-256 of the members in lexicographic order, without white space.
    var thumbprint: String {
        Digests.sha256Base64URL(Self.json(members.sorted { $0.name < $1.name }))
    }

    func jsonObject(algorithm: SigningKey.Algorithm) -> String {
        Self.json(members + [("kid", thumbprint), ("use", "sig"), ("alg", algorithm.rawValue)])
    }

    private static func json(_ members: [(name: String, value: String)]) -> String {
        "{" + members.map { "\"\($0.name)\":\"\($0.value)\"" }.joined(separator: ",") + "}"
    }
}
