import OAuth
import Testing

@Suite("RFC 7636: proof key for code exchange")
struct CodeChallengeTests {
    /// Appendix B.
    private let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    private let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    @Test func `the verifier of appendix B matches its challenge`() throws {
        #expect(try CodeChallenge(challenge, method: "S256").matches(verifier: verifier))
    }

    @Test func `a challenge with padding is the same challenge`() throws {
        let padded = try CodeChallenge(challenge + "=", method: "S256")

        #expect(padded == (try CodeChallenge(challenge, method: "S256")))
        #expect(padded.matches(verifier: verifier))
    }

    @Test("only S256 is a method", arguments: ["plain", "s256", "S512", "", nil] as [String?])
    func method(_ method: String?) {
        #expect(code { () throws(OAuthError) in _ = try CodeChallenge(challenge, method: method) } == .invalidRequest)
    }

    @Test(
        "a challenge is the base64url of 32 bytes",
        arguments: [
            "", "abc", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cMAA", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cé",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN", " E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ])
    func malformed(_ challenge: String) {
        #expect(code { () throws(OAuthError) in _ = try CodeChallenge(challenge, method: "S256") } == .invalidRequest)
    }

    @Test(
        "no other verifier matches",
        arguments: [
            "", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk=",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ])
    func wrong(_ verifier: String) throws {
        #expect(try !CodeChallenge(challenge, method: "S256").matches(verifier: verifier))
    }

    @Test(
        "a verifier has 43 to 128 unreserved characters, even where its digest is right",
        arguments: [
            ("short", false), (String(repeating: "a", count: 42), false), (String(repeating: "a", count: 43), true),
            (String(repeating: "~", count: 128), true), (String(repeating: "a", count: 129), false),
            (String(repeating: "+", count: 43), false), (String(repeating: "\u{E9}", count: 43), false),
        ])
    func form(verifier: String, isGood: Bool) {
        let challenge = CodeChallenge(stored: Secret(verifier).digest)

        #expect(challenge.matches(verifier: verifier) == isGood)
    }
}
