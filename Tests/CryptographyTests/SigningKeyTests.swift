import Crypto
import Cryptography
import Foundation
import Testing

@Suite("RFC 7515 and RFC 8037: signatures")
struct SigningKeyTests {
    /// The JWS signing input of RFC 7515 appendices A.2 and A.3, after their headers.
    static let payload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

    @Test func `the RS256 signature of RFC 7515 A 2 comes out to the byte`() throws {
        let key = try SigningKey(pem: ExampleKey.rfc7515A2)
        let message = Array("eyJhbGciOiJSUzI1NiJ9.\(Self.payload)".utf8)

        let signature = try key.sign(message)

        #expect(
            Base64URL.encode(signature)
                == "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbd"
                + "s9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0Gar"
                + "ZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9"
                + "Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw")
        #expect(key.isValid(signature, for: message))
    }

    @Test func `the ES256 signature of RFC 7515 A 3 is valid`() throws {
        let key = try SigningKey(pem: ExampleKey.rfc7515A3)
        let signature = try #require(
            Base64URL.decode(
                "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"))

        #expect(key.isValid(signature, for: Array("eyJhbGciOiJFUzI1NiJ9.\(Self.payload)".utf8)))
        #expect(try key.sign([]).count == 64)
    }

    @Test func `the EdDSA signature of RFC 8037 A 4 comes out to the byte`() throws {
        let key = try SigningKey(pem: ExampleKey.rfc8037A1)

        let signature = try key.sign(Array("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc".utf8))

        #expect(
            Base64URL.encode(signature)
                == "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg")
    }

    @Test("a fresh key signs, and its signature holds for its message alone", arguments: SigningKey.Algorithm.allCases)
    func freshKey(algorithm: SigningKey.Algorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let other = try SigningKey.generate(algorithm)

        for message in [[], [0], Array("header.payload".utf8), SecureRandom.bytes(100_000)] {
            let signature = try key.sign(message)

            #expect(key.algorithm == algorithm)
            #expect(key.isValid(signature, for: message))
            #expect(!key.isValid(signature, for: message + [0]))
            #expect(!other.isValid(signature, for: message))
        }
        #expect(key.keyID != other.keyID)
    }

    @Test("junk is no signature", arguments: SigningKey.Algorithm.allCases)
    func junk(algorithm: SigningKey.Algorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let message = Array("header.payload".utf8)
        let signature = try key.sign(message)

        for length in 0..<signature.count {
            #expect(!key.isValid(Array(signature.prefix(length)), for: message))
            var altered = signature
            altered[length] ^= 1
            #expect(!key.isValid(altered, for: message))
        }
        for junk in [signature + [0], [0] + signature, signature + signature, Array(signature.reversed())] {
            #expect(!key.isValid(junk, for: message))
        }
        for byte in [0x00, 0x30, 0xFF] as [UInt8] {
            #expect(!key.isValid([UInt8](repeating: byte, count: signature.count), for: message))
        }
    }

    @Test func `OpenSSL's program verifies all three kinds of signatures`() throws {
        guard let openSSL = OpenSSLCommand() else { return }
        let message = Array("header.payload".utf8)
        for algorithm in SigningKey.Algorithm.allCases {
            let key = try SigningKey.generate(algorithm)
            var signature = try key.sign(message)
            var arguments = ["dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "message"]
            switch algorithm {
            case .rs256: break
            case .es256:
                signature = Array(try P256.Signing.ECDSASignature(rawRepresentation: signature).derRepresentation)
            case .edDSA:
                arguments = [
                    "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "message", "-sigfile",
                    "signature",
                ]
            }

            func verify(_ message: [UInt8]) throws -> Bool {
                let publicKey = Array(key.publicKeyPEM.utf8)
                return try openSSL.run(
                    arguments, files: ["key.pem": publicKey, "message": message, "signature": signature]
                ).succeeded
            }
            #expect(try verify(message))
            #expect(try !verify(message + [0]))
        }
    }

    @Test func `many threads may sign with one key at once`() async throws {
        let key = try SigningKey(pem: ExampleKey.rfc7515A2)
        await withTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    (0..<25).allSatisfy { count in
                        let message = Array("\(task).\(count)".utf8)
                        guard let signature = try? key.sign(message) else { return false }
                        return key.isValid(signature, for: message)
                    }
                }
            }
            for await allValid in group { #expect(allValid) }
        }
    }

    @Test("an RSA key has 2048 to 8192 bits", arguments: [Int.min, -1, 0, 512, 2047, 8193, Int.max])
    func size(bits: Int) {
        #expect(throws: CryptographyError.unsupportedKeySize(bits: bits)) {
            try SigningKey.generate(.rs256, rsaBits: bits)
        }
    }

    @Test func `an RSA key of 3072 bits signs with 384 bytes`() throws {
        #expect(try SigningKey.generate(.rs256, rsaBits: 3_072).sign([1]).count == 384)
    }
}
