import Cryptography
import Testing

@Suite("RFC 4648 §5 and RFC 7515 §2: base64url without padding")
struct Base64URLTests {
    @Test(
        "the test vectors of RFC 4648 §10",
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ])
    func vectors(text: String, encoded: String) {
        #expect(Base64URL.encode(Array(text.utf8)) == encoded)
        #expect(Base64URL.encode(text.utf8) == encoded)
        #expect(Base64URL.decode(encoded) == Array(text.utf8))
        #expect(Base64URL.decode(encoded.utf8) == Array(text.utf8))
    }

    @Test func `the example of RFC 7515 appendix C uses both characters of its own`() {
        #expect(Base64URL.encode([3, 236, 255, 224, 193]) == "A-z_4ME")
        #expect(Base64URL.decode("A-z_4ME") == [3, 236, 255, 224, 193])
    }

    @Test func `random bytes of every length come back`() {
        for count in 0...200 {
            let bytes = SecureRandom.bytes(count)

            let text = Base64URL.encode(bytes)

            #expect(Base64URL.decode(text) == bytes)
            #expect(Base64URL.decode(text[...]) == bytes)
            #expect(Base64URL.decodeLenient(text) == bytes)
            #expect(text.utf8.count == (count * 8 + 5) / 6)
        }
    }

    @Test func `append writes behind what is there`() {
        var token = Array("head.".utf8)

        Base64URL.append([], to: &token)
        Base64URL.append(Array("fooba".utf8), to: &token)
        Array("f".utf8).withUnsafeBufferPointer { Base64URL.append($0, to: &token) }

        #expect(String(decoding: token, as: UTF8.self) == "head.Zm9vYmEZg")
    }

    @Test(
        "what encode does not write is refused",
        arguments: [
            "A", "AAAAA", "Zg=", "Zg==", "Zm8=", "Zm9v\n", " Zm9v", "Zm 9v", "Zm+v", "Zm/v", "Zm9v.", "Zmé", "Zm9\0",
            "Zh", "Zi", "Zv", "Zm9", "Zm-", "Z=", "=", "====", "é", "Zm9vYmF\u{FF}",
        ])
    func refused(text: String) {
        #expect(Base64URL.decode(text) == nil)
        #expect(Base64URL.decode(Array(text.utf8)) == nil)
    }

    @Test func `of all texts of two characters, exactly one in sixteen decodes`() {
        let bytes = UInt8.min...UInt8.max
        let decoded = bytes.flatMap { a in bytes.compactMap { b in Base64URL.decode([a, b]) } }

        #expect(decoded.count == 256)
        #expect(Set(decoded).count == 256)
    }

    @Test(
        "decodeLenient takes the padding that belongs there, and no other",
        arguments: [
            ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zg", "f"), ("", ""),
            ("Zg=", nil), ("Zm8==", nil), ("Zm9v=", nil), ("Zm9v====", nil), ("Zm9v==", nil), ("Zg===", nil),
            ("=", nil),
            ("====", nil), ("==", nil), ("Z===", nil), ("Zg==Zg==", nil), ("Zh==", nil),
        ] as [(String, String?)])
    func padding(text: String, expected: String?) {
        #expect(Base64URL.decodeLenient(text) == expected.map { Array($0.utf8) })
    }
}

@Suite("RFC 4648 §4: base64")
struct Base64Tests {
    @Test(
        "the test vectors of RFC 4648 §10",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func vectors(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decodeLenient(encoded) == Array(text.utf8))
    }

    @Test(
        "line breaks, spaces and missing padding are forgiven",
        arguments: [
            "Zm9v\nYmE=\n", "Zm9vYmE", " Z m9v\tYmE =", "Zm9v\r\nYmE=\r\n",
        ])
    func forgiven(text: String) {
        #expect(Base64.decodeLenient(text) == Array("fooba".utf8))
    }

    @Test("anything else is refused", arguments: ["Zm9v-_", "Zm9v*", "Z", "Zm9v=", "Zg==Zg==", "\0"])
    func refused(text: String) {
        #expect(Base64.decodeLenient(text) == nil)
    }
}
