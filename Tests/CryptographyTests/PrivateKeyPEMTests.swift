import Cryptography
import Testing

@Suite("RFC 7468: private keys as text")
struct PrivateKeyPEMTests {
    @Test("a key written out is the key read in", arguments: SigningKey.Algorithm.allCases)
    func roundTrip(algorithm: SigningKey.Algorithm) throws {
        let key = try SigningKey.generate(algorithm)

        let text = try key.pem()
        let again = try SigningKey(pem: text)

        #expect(text.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        #expect(text.hasSuffix("\n-----END PRIVATE KEY-----\n"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 64 })
        #expect(again.algorithm == algorithm)
        #expect(again.publicJWK == key.publicJWK)
        #expect(again.publicKeyPEM == key.publicKeyPEM)
        #expect(again.isValid(try key.sign([1, 2, 3]), for: [1, 2, 3]))
    }

    @Test func `PKCS 8 is written as OpenSSL writes it`() throws {
        #expect(try SigningKey(pem: ExampleKey.rfc7517A2).pem() == ExampleKey.rfc7517A2 + "\n")
        #expect(try SigningKey(pem: ExampleKey.rfc8037A1).pem() == ExampleKey.rfc8037A1 + "\n")
    }

    @Test func `SEC 1 and PKCS 8 of one key are one key`() throws {
        #expect(
            try SigningKey(pem: ExampleKey.rfc7515A3).keyID == SigningKey(pem: ExampleKey.rfc7515A3PKCS8).keyID)
    }

    @Test("OpenSSL's program reads what is written", arguments: SigningKey.Algorithm.allCases)
    func readByOpenSSL(algorithm: SigningKey.Algorithm) throws {
        guard let openSSL = OpenSSLCommand() else { return }
        let key = try SigningKey.generate(algorithm)

        let result = try openSSL.run(
            ["pkey", "-in", "key.pem", "-pubout", "-check"], files: ["key.pem": Array(try key.pem().utf8)])

        #expect(result.succeeded)
        #expect(result.output.hasSuffix(key.publicKeyPEM))
    }

    @Test(
        "what OpenSSL's program generates is read",
        arguments: [
            ["genrsa", "-traditional", "2048"], ["genrsa", "2048"], ["ecparam", "-name", "prime256v1", "-genkey"],
            ["genpkey", "-algorithm", "ed25519"],
        ])
    func generatedByOpenSSL(arguments: [String]) throws {
        guard let openSSL = OpenSSLCommand() else { return }
        let text = try openSSL.run(arguments).output

        let key = try SigningKey(pem: text)

        #expect(key.isValid(try key.sign([1]), for: [1]))
    }

    @Test(
        "line breaks may be missing, doubled, CRLF or spaces",
        arguments: [
            ExampleKey.rfc7515A2, ExampleKey.rfc7517A2, ExampleKey.rfc7515A3, ExampleKey.rfc8037A1,
        ])
    func lineBreaks(pem: String) throws {
        let keyID = try SigningKey(pem: pem).keyID

        for separator in ["", " ", "\r\n", "\n\n", "\n    ", "\t"] {
            let altered = pem.split(separator: "\n").joined(separator: separator)
            #expect(try SigningKey(pem: altered).keyID == keyID)
        }
        #expect(try SigningKey(pem: "\u{FEFF}Bag Attributes\n  friendlyName: key\n\(pem)\n").keyID == keyID)
        #expect(try SigningKey(pem: pem.filter { $0 != "=" }).keyID == keyID)
    }

    @Test(
        "what is wrong with a key is said",
        arguments: [
            ("", .noPrivateKey), ("junk", .noPrivateKey), ("-----BEGIN PRIVATE KEY----", .unfinishedPEM),
            ("-----BEGIN ", .unfinishedPEM), ("-----BEGIN PRIVATE KEY-----", .unfinishedPEM),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----", .unfinishedPEM),
            ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", .noPrivateKey),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", .noPrivateKey),
            ("-----BEGIN PRIVATE KEY-----\n****\n-----END PRIVATE KEY-----", .notBase64),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", .malformedKey),
            ("-----BEGIN PRIVATE KEY----------END PRIVATE KEY-----", .malformedKey),
            (ExampleKey.encrypted, .encryptedKey),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n"
                    + "-----END RSA PRIVATE KEY-----", .encryptedKey
            ),
            (ExampleKey.rsa1024, .unsupportedKeySize(bits: 1_024)),
            (ExampleKey.secp384r1, .unsupportedCurve("secp384r1")),
            (ExampleKey.secp256k1, .unsupportedCurve("secp256k1")),
            (ExampleKey.x25519, .unsupportedKeyType("X25519")),
            (String(repeating: "-----BEGIN ", count: 10_000), .malformedKey),
        ] as [(String, CryptographyError)])
    func refused(pem: String, error: CryptographyError) {
        #expect(throws: error) { try SigningKey(pem: pem) }
    }

    @Test(
        "no beginning of a key is a key",
        arguments: [
            ExampleKey.rfc7515A2, ExampleKey.rfc7517A2, ExampleKey.rfc7515A3, ExampleKey.rfc8037A1,
        ])
    func prefixes(pem: String) throws {
        let body = pem.split(separator: "\n").dropFirst().dropLast().joined()
        let lines = pem.split(separator: "\n")
        for length in 0..<pem.count {
            #expect(throws: CryptographyError.self) { try SigningKey(pem: String(pem.prefix(length))) }
        }
        for length in 0..<body.filter({ $0 != "=" }).count {
            let cut = [String(lines[0]), String(body.prefix(length)), String(lines[lines.count - 1])]
            #expect(throws: CryptographyError.self) { try SigningKey(pem: cut.joined(separator: "\n")) }
        }
    }

    @Test(
        "a key with any byte altered is refused or signs",
        arguments: [
            ExampleKey.rfc7515A2, ExampleKey.rfc7517A2, ExampleKey.rfc7515A3, ExampleKey.rfc8037A1,
        ])
    func altered(pem: String) throws {
        let lines = pem.split(separator: "\n").map(String.init)
        let der = try #require(Base64.decodeLenient(lines.dropFirst().dropLast().joined()))
        for index in der.indices where index < 60 || index % 13 == 0 {
            for change in [0x01, 0x80] as [UInt8] {
                var altered = der
                altered[index] ^= change
                let text = "\(lines[0])\n\(Base64.encode(altered))\n\(lines[lines.count - 1])"
                if let key = try? SigningKey(pem: text) { #expect(key.isValid(try key.sign([1]), for: [1])) }
            }
        }
    }

    @Test func `a key with something behind it is refused`() throws {
        let lines = ExampleKey.rfc8037A1.split(separator: "\n").map(String.init)
        let der = try #require(Base64.decodeLenient(lines[1]))

        #expect(throws: CryptographyError.malformedKey) {
            try SigningKey(pem: "\(lines[0])\n\(Base64.encode(der + [0]))\n\(lines[2])")
        }
    }

    @Test(
        "every error says what is wrong in a sentence",
        arguments: [
            .passwordContainsNUL, .passwordTooLong, .hashingFailed("Memory allocation error"), .noPrivateKey,
            .unfinishedPEM, .notBase64, .encryptedKey, .malformedKey, .unsupportedKeyType("X25519"),
            .unsupportedCurve("secp384r1"), .unsupportedKeySize(bits: 1_024), .inconsistentKey, .keyGenerationFailed,
            .exportFailed, .signingFailed, .wrongSealingKeyLength(31), .sealingFailed, .cannotOpen,
        ] as [CryptographyError])
    func descriptions(error: CryptographyError) {
        #expect("\(error)".hasSuffix("."))
        #expect("\(error)".count > 20)
    }
}
