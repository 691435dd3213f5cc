import Cryptography
import Testing

@Suite("Passwords are kept as argon2id, and bcrypt is still understood")
struct PasswordDigestTests {
    /// As cheap as libargon2 allows, so that the suite stays fast.
    static let cheap = Argon2Cost(memoryKiB: 8, iterations: 1, parallelism: 1)

    /// Made by OpenSSL 3.5 (argon2id) and by jBCrypt, crypt_blowfish and libxcrypt (bcrypt).
    static let known: [(password: String, digest: String)] = [
        (
            "password",
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE"
        ),
        ("pässwörd🔑", "$argon2id$v=19$m=64,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$ZRAWpB10RJZguL6Gf6XJsHzlnA/G036Td/x8o0fwXK4"),
        ("", "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$t//HbSO1FWh8MWS7g4bL6Q"),
        ("abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"),
        ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("pässwörd🔑", "$2b$04$abcdefghijklmnopqrstuu9suszgp5xirRHQg7Vs8Kh33tRXUVQci"),
        ("correct horse", "$2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e"),
    ]

    @Test("a digest made elsewhere verifies its password and no other", arguments: known)
    func madeElsewhere(password: String, digest: String) {
        #expect(PasswordDigest.isRecognised(digest))
        #expect(PasswordDigest.verifies(password, against: digest))
        #expect(!PasswordDigest.verifies(password + "x", against: digest))
        #expect(!PasswordDigest.verifies(password + " ", against: digest))
        #expect(!PasswordDigest.verifies(String(password.dropLast()) + "?", against: digest))
    }

    @Test func `a new digest verifies its password, is a PHC string, and has a salt of its own`() throws {
        let digest = try PasswordDigest.make("correct horse", cost: .standard)

        #expect(digest.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(PasswordDigest.isRecognised(digest))
        #expect(PasswordDigest.verifies("correct horse", against: digest))
        #expect(!PasswordDigest.verifies("correct horsf", against: digest))
        #expect(try PasswordDigest.make("correct horse", cost: .standard) != digest)
    }

    @Test func `a text that only looks the same is another password`() throws {
        let digest = try PasswordDigest.make("é", cost: Self.cheap)

        #expect(!PasswordDigest.verifies("e\u{301}", against: digest))
    }

    @Test func `a password with NUL is refused, also by bcrypt, which would stop reading there`() throws {
        let bcrypt = "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"

        #expect(PasswordDigest.verifies("abc", against: bcrypt))
        for password in ["abc\0", "abc\0x", "\0", "\0abc"] {
            #expect(throws: CryptographyError.passwordContainsNUL) {
                try PasswordDigest.make(password, cost: Self.cheap)
            }
            #expect(!PasswordDigest.verifies(password, against: bcrypt))
        }
    }

    @Test func `a password has at most 1024 bytes`() throws {
        let longest = String(repeating: "é", count: 512)
        let digest = try PasswordDigest.make(longest, cost: Self.cheap)

        #expect(PasswordDigest.verifies(longest, against: digest))
        #expect(!PasswordDigest.verifies(longest + "x", against: digest))
        #expect(throws: CryptographyError.passwordTooLong) {
            try PasswordDigest.make(longest + "x", cost: Self.cheap)
        }
    }

    @Test("bcrypt looks at 72 bytes, of however long a password", arguments: [72, 73, 500, 511, 512, 1_024])
    func bcryptLength(count: Int) {
        let digest = "$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i"

        #expect(PasswordDigest.verifies(String(repeating: "x", count: count), against: digest))
        #expect(!PasswordDigest.verifies(String(repeating: "x", count: 71), against: digest))
    }

    @Test(
        "weaker digests are made anew, and bcrypt always",
        arguments: [
            (
                "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE",
                false
            ),
            (
                "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE",
                false
            ),
            ("$argon2id$v=19$m=19455,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE", true),
            ("$argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE", true),
            ("$2b$14$abcdefghijklmnopqrstuu9suszgp5xirRHQg7Vs8Kh33tRXUVQci", true),
            ("", false), ("junk", false),
        ])
    func upgrade(digest: String, expected: Bool) {
        #expect(PasswordDigest.needsUpgrade(digest, to: .standard) == expected)
    }

    @Test(
        "an illegal cost becomes the nearest legal one",
        arguments: [
            (0, 0, 0), (1, 1, 1), (.max, .max, .max), (8, 1, .max), (.max, 1, 1), (0, 2, 3),
        ] as [(UInt32, UInt32, UInt32)])
    func clamped(memory: UInt32, iterations: UInt32, parallelism: UInt32) {
        let cost = Argon2Cost(memoryKiB: memory, iterations: iterations, parallelism: parallelism)

        #expect((1...64).contains(cost.parallelism))
        #expect((1...1_000).contains(cost.iterations))
        #expect((8 * cost.parallelism...4_194_304).contains(cost.memoryKiB))
    }

    @Test func `a cost made illegal afterwards still makes a digest that verifies and needs no upgrade`() throws {
        var cost = Self.cheap
        cost.memoryKiB = 0
        cost.iterations = 0
        cost.parallelism = 0

        let digest = try PasswordDigest.make("secret", cost: cost)

        #expect(PasswordDigest.verifies("secret", against: digest))
        #expect(!PasswordDigest.needsUpgrade(digest, to: cost))
    }
}

@Suite("What is not a password digest verifies nothing")
struct MalformedDigestTests {
    static let hash = "c2FsdHNhbHQ$t//HbSO1FWh8MWS7g4bL6Q"
    static let bcryptTail = "abcdefghijklmnopqrstuu9suszgp5xirRHQg7Vs8Kh33tRXUVQci"

    static let malformed = [
        "", "$", "$$$$$", "secret", "argon2id", "\0", "é",
        "$argon2i$v=19$m=8,t=1,p=1$\(hash)", "$argon2d$v=19$m=8,t=1,p=1$\(hash)", "$argon2id$m=8,t=1,p=1$\(hash)",
        "$argon2id$v=16$m=8,t=1,p=1$\(hash)", "$argon2id$v=19$m=7,t=1,p=1$\(hash)",
        "$argon2id$v=19$m=8,t=0,p=1$\(hash)",
        "$argon2id$v=19$m=8,t=1,p=0$\(hash)", "$argon2id$v=19$m=8,t=1,p=2$\(hash)", "$argon2id$v=19$m=8,t=1$\(hash)",
        "$argon2id$v=19$t=1,m=8,p=1$\(hash)", "$argon2id$v=19$m=8,t=1,p=1,data=AA$\(hash)",
        "$argon2id$v=19$m=+8,t=1,p=1$\(hash)", "$argon2id$v=19$m=-8,t=1,p=1$\(hash)",
        "$argon2id$v=19$m=,t=1,p=1$\(hash)",
        "$argon2id$v=19$m=4294967295,t=1,p=1$\(hash)", "$argon2id$v=19$m=4294967296,t=1,p=1$\(hash)",
        "$argon2id$v=19$m=8,t=4294967295,p=1$\(hash)", "$argon2id$v=19$m=99999999999999999999,t=1,p=1$\(hash)",
        "$argon2id$v=19$m=4194304,t=1,p=65$\(hash)", "$argon2id$v=19$m=8,t=1,p=1$\(hash)$",
        " $argon2id$v=19$m=8,t=1,p=1$\(hash)",
        "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$t//HbSO1FWh8MWS7g4bL6Q",
        "$argon2id$v=19$m=8,t=1,p=1$$t//HbSO1FWh8MWS7g4bL6Q",
        "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$", "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAA",
        "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ=$t//HbSO1FWh8MWS7g4bL6Q", "$argon2id$v=19$m=8,t=1,p=1$\(hash)==",
        "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$" + String(repeating: "A", count: 300),
        "$2$04$\(bcryptTail)", "$2x$04$\(bcryptTail)", "$2c$04$\(bcryptTail)", "$1$04$\(bcryptTail)",
        "$2b$03$\(bcryptTail)",
        "$2b$17$\(bcryptTail)", "$2b$31$\(bcryptTail)", "$2b$99$\(bcryptTail)", "$2b$+4$\(bcryptTail)",
        "$2b$1:$\(bcryptTail)",
        "$2b$04.\(bcryptTail)", "$2b$04$\(bcryptTail)a", "$2b$04$\(bcryptTail.dropLast())",
        "$2b$04$\(bcryptTail.dropLast())*",
        "$2b$04$\(bcryptTail.dropLast(2))é", "$2b$04$\(bcryptTail.dropLast())\0", "$2b$04$\(bcryptTail) ",
        "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7", "$6$saltsalt$hash", "*0", "*1",
    ]

    @Test("it is not recognised, needs no upgrade and verifies nothing", arguments: malformed)
    func refused(digest: String) {
        #expect(!PasswordDigest.isRecognised(digest))
        #expect(!PasswordDigest.needsUpgrade(digest, to: .standard))
        #expect(!PasswordDigest.verifies("", against: digest))
        #expect(!PasswordDigest.verifies("secret", against: digest))
    }

    @Test(
        "no beginning of a digest verifies its password, nor any with one character altered",
        arguments: [
            ("", "$argon2id$v=19$m=8,t=1,p=1$\(hash)"), ("pässwörd🔑", "$2b$04$\(bcryptTail)"),
        ])
    func damaged(password: String, digest: String) {
        for length in 0..<digest.count {
            #expect(!PasswordDigest.verifies(password, against: String(digest.prefix(length))))
        }
        for index in digest.indices {
            for replacement in ["$", "A", "9", "\0", "é", "="] where String(digest[index]) != replacement {
                var altered = digest
                altered.replaceSubrange(index...index, with: replacement)
                // A cost of up to 90 passes or 2^9 rounds may come of it, so this is still quick.
                #expect(!PasswordDigest.verifies(password, against: altered), "\(altered)")
            }
        }
    }
}
