import Cryptography
import Testing

@Suite("Secrets are sealed under the master key")
struct SealingKeyTests {
    let key: SealingKey

    init() throws {
        key = try SealingKey(bytes: Array(0..<32))
    }

    @Test func `what is sealed can be opened`() throws {
        for plaintext in [[], [0], Array("secret".utf8), SecureRandom.bytes(5_000)] {
            let sealed = try key.seal(plaintext, context: "provider/1")

            #expect(try key.open(sealed, context: "provider/1") == plaintext)
            #expect(Base64URL.decode(sealed)?.count == plaintext.count + 28)
        }
    }

    @Test func `a text sealed by another implementation can be opened`() throws {
        let sealed = "AQEBAQEBAQEBAQEBBKaGRw3xIP_JfPrsmOI3Tw9iVnomeQ"

        #expect(try key.open(sealed, context: "provider/1") == Array("secret".utf8))
    }

    @Test func `the same text is sealed differently each time`() throws {
        #expect(try key.seal([1], context: "a") != key.seal([1], context: "a"))
    }

    @Test func `another context does not open it`() throws {
        let sealed = try key.seal(Array("secret".utf8), context: "provider/1")

        for context in ["", "provider/2", "provider/1 ", "provider/"] {
            #expect(throws: CryptographyError.cannotOpen) { try key.open(sealed, context: context) }
        }
    }

    @Test func `another key does not open it`() throws {
        let sealed = try key.seal(Array("secret".utf8), context: "a")
        let other = try SealingKey(bytes: SealingKey.generate())

        #expect(throws: CryptographyError.cannotOpen) { try other.open(sealed, context: "a") }
    }

    @Test func `no beginning of a sealed text opens, nor any with one character altered or added`() throws {
        let sealed = try key.seal(Array("secret".utf8), context: "a")

        for length in 0..<sealed.count {
            #expect(throws: CryptographyError.cannotOpen) { try key.open(String(sealed.prefix(length)), context: "a") }
        }
        for index in sealed.indices {
            var altered = sealed
            altered.replaceSubrange(index...index, with: sealed[index] == "A" ? "B" : "A")
            #expect(throws: CryptographyError.cannotOpen) { try key.open(altered, context: "a") }
        }
        for added in ["=", "A", "AAAA", "\n", "\0", "é"] {
            #expect(throws: CryptographyError.cannotOpen) { try key.open(sealed + added, context: "a") }
        }
    }

    @Test("a master key has 32 bytes", arguments: [0, 1, 16, 31, 33, 64])
    func length(count: Int) {
        #expect(throws: CryptographyError.wrongSealingKeyLength(count)) {
            try SealingKey(bytes: [UInt8](repeating: 0, count: count))
        }
    }

    @Test func `a new key has 32 bytes, and is not printed`() throws {
        #expect(SealingKey.generate().count == 32)
        #expect("\(key)" == "•••")
        #expect(String(reflecting: key) == "•••")
    }
}
