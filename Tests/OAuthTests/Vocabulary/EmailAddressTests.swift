import OAuth
import Testing

@Suite("An e-mail address")
struct EmailAddressTests {
    @Test func `is trimmed, and its ASCII letters are lowered`() {
        #expect(EmailAddress(" Una.User+1@EMAIL.com\n")?.text == "una.user+1@email.com")
    }

    @Test func `has the MD5 by which PlaceOS finds accounts`() {
        #expect(EmailAddress("user@email.com")?.digest == "b58c6f14d292556214bd64909bcdb118")
        #expect(EmailAddress("User@Email.com")?.digest == EmailAddress("user@email.com")?.digest)
    }

    @Test func `keeps letters apart that Unicode folds together`() throws {
        let kelvin = try #require(EmailAddress("\u{212A}im@email.com"))
        let kim = try #require(EmailAddress("kim@email.com"))

        #expect(kelvin != kim)
        #expect(kelvin.digest != kim.digest)
        #expect(EmailAddress("STRA\u{1E9E}E@email.com")?.digest != EmailAddress("stra\u{DF}e@email.com")?.digest)
    }

    @Test func `names its domain`() {
        #expect(EmailAddress("user@Email.com")?.domain == "email.com")
    }

    @Test(
        "is not",
        arguments: [
            "", "@", "user", "user@", "@email.com", "a@b@c", "us er@email.com", "user@email.com\u{0}",
            "us\ner@email.com",
            "us\u{7F}er@email.com", "us\u{85}er@email.com", "us\u{A0}er@email.com", "<user@email.com>",
            "\"user\"@email.com", "user@email.com,other@email.com", "user@[127.0.0.1]", "user\\@email.com",
        ])
    func malformed(_ text: String) {
        #expect(EmailAddress(text) == nil)
    }

    @Test func `has at most 254 bytes`() {
        let name = String(repeating: "a", count: 244)

        #expect(EmailAddress("\(name)@email.com") != nil)
        #expect(EmailAddress("\(name)a@email.com") == nil)
    }
}
