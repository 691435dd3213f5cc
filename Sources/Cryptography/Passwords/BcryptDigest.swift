import CCrypt
import COpenSSL

/// A bcrypt digest as PlaceOS stores it, `$2a$12$` and 53 characters of salt and hash. It is verified, never made.
struct BcryptDigest {
    let text: String

    /// `nil` for anything else, and for a cost above 16, which takes seconds: nobody uses it, and a hashing lane that
    /// is busy for days is as good as down.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 60, ["$2a$", "$2b$", "$2y$"].contains(where: { bytes.starts(with: $0.utf8) }),
            ("04"..."16").contains(String(decoding: bytes[4..<6], as: UTF8.self)),
            bytes[4...5].allSatisfy(Self.isDigit),
            bytes[6] == UInt8(ascii: "$"), bytes[7...].allSatisfy(Self.isInAlphabet)
        else { return nil }
        self.text = text
    }

    func matches(_ password: UnsafeBufferPointer<UInt8>) -> Bool {
        // bcrypt looks at 72 bytes; crypt_rn refuses more than 511, which PlaceOS's users may have.
        var phrase = password.prefix(72).map { CChar(bitPattern: $0) } + [0]
        let size = MemoryLayout<crypt_data>.size
        let work = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: MemoryLayout<crypt_data>.alignment)
        work.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        defer {
            OPENSSL_cleanse(&phrase, phrase.count)
            OPENSSL_cleanse(work, size)
            work.deallocate()
        }
        guard let result = crypt_rn(phrase, text, work, Int32(size)) else { return false }
        return constantTimeEquals(String(cString: result), text)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// bcrypt's own base64: `./A-Za-z0-9`.
    private static func isInAlphabet(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ".")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
