import OAuth
import Testing

@Suite("RFC 6749 §3.3: scope")
struct ScopeTests {
    @Test func `words are read in their order, whatever white space is between them`() throws {
        let scope = try Scope(parsing: "  openid\tpublic \n mqtt.read ")

        #expect(scope.values == ["openid", "public", "mqtt.read"])
        #expect(scope.description == "openid public mqtt.read")
    }

    @Test func `a word that is there twice counts once`() throws {
        #expect(try Scope(parsing: "public openid public").values == ["public", "openid"])
    }

    @Test func `words are told apart by their case`() throws {
        #expect(try Scope(parsing: "Public").contains("Public"))
        #expect(try !Scope(parsing: "Public").contains("public"))
    }

    @Test func `an empty text is an empty scope`() throws {
        #expect(try Scope(parsing: " ").isEmpty)
    }

    @Test(
        "every character of scope-token is allowed",
        arguments: [0x21...0x21, 0x23...0x5B, 0x5D...0x7E] as [ClosedRange<UInt8>])
    func allowed(_ range: ClosedRange<UInt8>) throws {
        let word = String(decoding: range, as: UTF8.self)

        #expect(try Scope(parsing: word).values == [word])
    }

    @Test(
        "every other character is refused",
        arguments: ["a\"b", "a\\b", "a\u{0}b", "a\u{7F}", "ä", "\u{212A}", "public\u{301}"])
    func refused(_ text: String) {
        #expect(code { () throws(OAuthError) in _ = try Scope(parsing: text) } == .invalidScope)
    }

    @Test func `a text of over two thousand characters is nobody's honest request`() {
        let text = String(repeating: "a", count: 2_049)

        #expect(code { () throws(OAuthError) in _ = try Scope(parsing: text) } == .invalidScope)
    }

    @Test func `what was asked for must all have been granted`() throws {
        let granted = try Scope(parsing: "public openid")

        #expect(try Scope(parsing: "openid").isWithin(granted))
        #expect(Scope.empty.isWithin(granted))
        #expect(try !Scope(parsing: "openid mqtt").isWithin(granted))
        #expect(try Scope(parsing: "mqtt openid").intersection(granted) == Scope(words: ["openid"]))
    }

    @Test func `two scopes with the same words are the same scope`() throws {
        #expect(try Scope(parsing: "a b") == Scope(parsing: "b a"))
        #expect(try Set([Scope(parsing: "a b"), Scope(parsing: "b a")]).count == 1)
        #expect(try Scope(parsing: "a") != Scope(parsing: "a b"))
    }
}
