import AuthorizationServer
import OAuth
import TestSupport
import Testing

@Suite("NIST SP 800-63B §3.1.1.2: which passwords a person may choose")
struct PasswordPolicyTests {
    private let domain = Domain(
        id: "authority", name: "Photo Studio", host: "photos.example", createdAt: Timestamp(seconds: 0))

    @Test(
        "may be chosen, whatever kinds of characters it has",
        arguments: [
            "correct horse battery", "kjhqweru", "        x  y ", "пароль-длинный", "😀😁😂🤣😃😄😅😆", "una.user photo",
            String(repeating: "ab c", count: 256),
        ])
    func good(_ password: String) throws {
        #expect(try fault(password) == nil)
    }

    @Test(
        "is refused",
        arguments: [
            ("", "empty"), ("kjhqwer", "shorter"), ("\u{0}kjhqweru", "NUL"),
            (String(repeating: "ab c", count: 257), "longer"),
            ("Password1", "many people"), ("DEVELOPER", "many people"), ("aaaaaaaa", "many people"),
            ("abababab", "many people"), ("una.user1", "made of"), ("Una User!", "made of"),
            ("photos.example", "made of"),
            ("Photo Studio1", "made of"), ("una.user@email.com", "made of"), ("gatehouse", "made of"),
            ("PlaceOS99", "made of"),
        ])
    func bad(password: String, word: String) throws {
        #expect(try fault(password)?.contains(word) == true)
    }

    @Test func `a domain may ask for longer ones`() throws {
        var strict = domain
        strict.policy.shortestPassword = 15

        #expect(try fault("fourteen chars", in: strict)?.contains("15") == true)
        #expect(try fault("fifteen charact", in: strict) == nil)
    }

    private func fault(_ password: String, in domain: Domain? = nil) throws -> String? {
        let domain = domain ?? self.domain
        let email = try #require(EmailAddress("una.user@email.com"))
        let user = User(
            id: "user", domain: domain.id, email: email, name: "Una User", createdAt: Timestamp(seconds: 0))
        return PasswordPolicy.fault(in: Secret(password), for: user, in: domain)
    }
}
