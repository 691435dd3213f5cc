import COpenSSL

/// Reads a private key in PKCS#1, PKCS#8 or SEC 1 DER. libcrypto parses all three, and knows every type and curve by
/// name, so that a key of the wrong kind is told from one that is broken.
func readPrivateKey(der: [UInt8]) throws(CryptographyError) -> any JWSKey {
    guard let key = parse(der) else {
        ERR_clear_error()
        throw .malformedKey
    }
    if EVP_PKEY_is_a(key, "RSA") == 1 { return try RSAKey(adopting: key) }
    defer { EVP_PKEY_free(key) }

    if EVP_PKEY_is_a(key, "EC") == 1 {
        let curve = curveName(of: key)
        guard ["prime256v1", "P-256"].contains(curve) else { throw .unsupportedCurve(curve) }
        guard let scalar = bigNumber("priv", of: key, paddedTo: 32) else { throw .malformedKey }
        return try P256Key(scalar: scalar)
    }
    if EVP_PKEY_is_a(key, "ED25519") == 1 {
        var seed = [UInt8](repeating: 0, count: 32)
        var length = seed.count
        guard EVP_PKEY_get_raw_private_key(key, &seed, &length) == 1, length == seed.count else {
            ERR_clear_error()
            throw .malformedKey
        }
        return try Ed25519Key(seed: seed)
    }
    throw .unsupportedKeyType(EVP_PKEY_get0_type_name(key).map { String(cString: $0) } ?? "unknown")
}

/// The caller frees the key. Nothing may follow it.
private func parse(_ der: [UInt8]) -> OpaquePointer? {
    der.withUnsafeBufferPointer { der in
        var position = der.baseAddress
        guard let key = d2i_AutoPrivateKey(nil, &position, der.count) else { return nil }
        guard let start = der.baseAddress, position == start + der.count else {
            EVP_PKEY_free(key)
            return nil
        }
        return key
    }
}

private func curveName(of key: OpaquePointer) -> String {
    var name = [CChar](repeating: 0, count: 64)
    var length = 0
    guard EVP_PKEY_get_group_name(key, &name, name.count, &length) == 1, length < name.count else {
        ERR_clear_error()
        return "without a name"
    }
    return String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// One of the numbers of a key under libcrypto's name for it, big-endian; `nil` if there is none, or it is longer than
/// `length` bytes.
func bigNumber(_ name: String, of key: OpaquePointer, paddedTo length: Int? = nil) -> [UInt8]? {
    var number: OpaquePointer?
    defer { BN_clear_free(number) }
    guard EVP_PKEY_get_bn_param(key, name, &number) == 1, let number else {
        ERR_clear_error()
        return nil
    }
    let count = (Int(BN_num_bits(number)) + 7) / 8
    let length = length ?? count
    guard count <= length else { return nil }
    var bytes = [UInt8](repeating: 0, count: length)
    return BN_bn2binpad(number, &bytes, Int32(length)) == Int32(length) ? bytes : nil
}
