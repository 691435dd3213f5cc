import Cryptography
import Testing

@Suite("Digests of texts")
struct DigestsTests {
    @Test func `SHA-256 of the FIPS 180 example`() {
        let expected = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"

        #expect(Digests.sha256Base64URL("abc") == expected)
        #expect(Base64URL.encode(Digests.sha256("abc")) == expected)
        #expect(Base64URL.encode(Digests.sha256(Array("abc".utf8))) == expected)
        #expect(Digests.sha256Base64URL("") == "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")
    }

    @Test func `the code challenge of RFC 7636 appendix B`() {
        let challenge = Digests.sha256Base64URL("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")

        #expect(challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    }

    @Test func `MD5 of the examples in RFC 1321 appendix A 5`() {
        #expect(Digests.md5Hex("") == "d41d8cd98f00b204e9800998ecf8427e")
        #expect(Digests.md5Hex("message digest") == "f96b697d7cb7938d525a2f31aaf161d0")
    }

    @Test func `HMAC of the examples in RFC 4231 §4`() {
        #expect(
            Digests.hmacSHA256Hex(key: [UInt8](repeating: 0x0B, count: 20), "Hi There")
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        #expect(
            Digests.hmacSHA256Hex(
                key: [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First")
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
        #expect(
            Digests.hmacSHA512Hex(key: "Jefe", "what do ya want for nothing?")
                == "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737")
    }
}

@Suite("Comparison in constant time, and randomness")
struct SecretsTests {
    @Test(
        "equal is equal, and nothing else is",
        arguments: [
            ("", "", true), ("a", "a", true), ("a", "b", false), ("a", "", false), ("", "a", false), ("ab", "a", false),
            ("secret\0", "secret", false), ("é", "e\u{301}", false), ("🔑", "🔑", true),
        ])
    func comparison(a: String, b: String, equal: Bool) {
        #expect(constantTimeEquals(a, b) == equal)
        #expect(constantTimeEquals(Array(a.utf8), Array(b.utf8)) == equal)
    }

    @Test func `random bytes are as many as asked for, and new each time`() {
        #expect(SecureRandom.bytes(0) == [])
        #expect(SecureRandom.bytes(-1) == [])
        #expect(SecureRandom.bytes(100_000).count == 100_000)
        #expect(Set(SecureRandom.bytes(100_000)).count == 256)
        #expect(Set((0..<1_000).map { _ in SecureRandom.token(bytes: 16) }).count == 1_000)
        #expect(SecureRandom.token(bytes: 32).utf8.count == 43)
    }
}
