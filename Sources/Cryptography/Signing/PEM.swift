/// Textual encodings of keys (RFC 7468).
enum PEM {
    /// The DER inside the first block of a private key; other blocks, such as `EC PARAMETERS` before it, are skipped.
    static func privateKey(in text: String) throws(CryptographyError) -> [UInt8] {
        // An RSA key of 8192 bits has some 6,500 characters.
        guard text.utf8.count <= 65_536 else { throw .malformedKey }
        var rest = Array(text.utf8)[...]
        while let begin = rest.firstRange(of: "-----BEGIN ".utf8) {
            let afterBegin = rest[begin.upperBound...]
            guard let dashes = afterBegin.firstRange(of: "-----".utf8) else { throw .unfinishedPEM }
            let label = String(decoding: afterBegin[..<dashes.lowerBound], as: UTF8.self)
            let afterLabel = afterBegin[dashes.upperBound...]
            guard let end = afterLabel.firstRange(of: "-----END \(label)-----".utf8) else { throw .unfinishedPEM }
            let body = afterLabel[..<end.lowerBound]

            switch label {
            case "ENCRYPTED PRIVATE KEY": throw .encryptedKey
            case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY": return try decode(body)
            default: rest = afterLabel[end.upperBound...]
            }
        }
        throw .noPrivateKey
    }

    private static func decode(_ body: ArraySlice<UInt8>) throws(CryptographyError) -> [UInt8] {
        // OpenSSL's older way to encrypt leaves the label alone and adds a header (RFC 1421 §4.6.1.1).
        guard body.firstRange(of: "Proc-Type:".utf8) == nil else { throw .encryptedKey }
        guard let der = Base64.decodeLenient(body) else { throw .notBase64 }
        return der
    }

    /// Lines of 64 characters (RFC 7468 §2).
    static func encode(_ der: [UInt8], label: String) -> String {
        var rest = Base64.encode(der)[...]
        var lines = ["-----BEGIN \(label)-----"]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        return (lines + ["-----END \(label)-----", ""]).joined(separator: "\n")
    }
}
