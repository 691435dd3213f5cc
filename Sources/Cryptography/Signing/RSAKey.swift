import COpenSSL

/// An RSA key in the hands of OpenSSL's libcrypto, which signs more than twice as fast as swift-crypto does.
///
/// Nothing changes the key after `init`, and libcrypto itself guards what it caches inside (Montgomery forms,
/// blinding), so threads may share it. A signature's own state lives in an `EVP_MD_CTX` that no other thread sees.
final class RSAKey: JWSKey {
    /// Fewer bits are too weak (RFC 7518 §3.3); more take longer to sign than a token endpoint can wait.
    static let sizes = 2048...8192

    let algorithm = SigningKey.Algorithm.rs256
    private nonisolated(unsafe) let key: OpaquePointer
    private let signatureLength: Int

    /// Takes over the `EVP_PKEY`, and frees it even if it is refused.
    init(adopting key: OpaquePointer) throws(CryptographyError) {
        self.key = key
        signatureLength = Int(EVP_PKEY_get_size(key))
        let bits = Int(EVP_PKEY_get_bits(key))
        guard Self.sizes.contains(bits) else { throw .unsupportedKeySize(bits: bits) }

        // A key put together wrongly would sign all tokens in vain; better to hear of it here.
        let probe = Array("probe".utf8)
        guard let signature = try? sign(probe), isValid(signature, for: probe) else { throw .inconsistentKey }
    }

    convenience init(generating bits: Int) throws(CryptographyError) {
        guard Self.sizes.contains(bits) else { throw .unsupportedKeySize(bits: bits) }
        let context = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil)
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1,
            EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(bits)) == 1,
            EVP_PKEY_generate(context, &key) == 1, let key
        else {
            ERR_clear_error()
            throw .keyGenerationFailed
        }
        try self.init(adopting: key)
    }

    deinit { EVP_PKEY_free(key) }

    func sign(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { throw .signingFailed }
        defer { EVP_MD_CTX_free(context) }
        let signature = [UInt8](unsafeUninitializedCapacity: signatureLength) { output, count in
            var length = output.count
            guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
                EVP_DigestSign(context, output.baseAddress, &length, message, message.count) == 1
            else { return }
            count = length
        }
        guard signature.count == signatureLength else {
            ERR_clear_error()
            throw .signingFailed
        }
        return signature
    }

    func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        guard signature.count == signatureLength, let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1,
            EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        else {
            ERR_clear_error()
            return false
        }
        return true
    }

    func publicKey() throws(CryptographyError) -> PublicJWK {
        guard let modulus = bigNumber("n", of: key), let exponent = bigNumber("e", of: key) else { throw .exportFailed }
        return .rsa(modulus: modulus, exponent: exponent)
    }

    func publicDER() throws(CryptographyError) -> [UInt8] {
        try der { i2d_PUBKEY(key, $0) }
    }

    func privateDER() throws(CryptographyError) -> [UInt8] {
        let pkcs8 = EVP_PKEY2PKCS8(key)
        defer { PKCS8_PRIV_KEY_INFO_free(pkcs8) }
        return try der { pkcs8 == nil ? -1 : i2d_PKCS8_PRIV_KEY_INFO(pkcs8, $0) }
    }

    /// Runs one of libcrypto's `i2d` functions twice: for the length, and for the bytes.
    private func der(
        _ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
    ) throws(CryptographyError) -> [UInt8] {
        let length = write(nil)
        var bytes = [UInt8](repeating: 0, count: Int(max(0, length)))
        let written = bytes.withUnsafeMutableBufferPointer { output in
            var position = output.baseAddress
            return length > 0 ? write(&position) : -1
        }
        guard length > 0, written == length else {
            ERR_clear_error()
            throw .exportFailed
        }
        return bytes
    }
}
