import Cryptography
import OAuth
import Testing

@Suite("RFC 6749 §2.3.1: how a client says who it is")
struct ClientCredentialsTests {
    @Test func `a request may name no client at all`() throws {
        #expect(try ClientCredentials(Parameters(), authorization: nil) == nil)
        #expect(try ClientCredentials(Parameters(["client_id": ""]), authorization: nil) == nil)
    }

    @Test func `a client_id alone identifies`() throws {
        let credentials = try ClientCredentials(Parameters(["client_id": "photos"]), authorization: nil)

        #expect(credentials?.clientID == "photos")
        #expect(credentials?.secret == nil)
        #expect(credentials?.method == ClientCredentials.Method.none)
    }

    @Test func `the secret may stand among the parameters`() throws {
        let credentials = try ClientCredentials(
            Parameters(["client_id": "photos", "client_secret": "s3cret"]), authorization: nil)

        #expect(credentials?.secret == Secret("s3cret"))
        #expect(credentials?.method == .post)
    }

    @Test(
        "the pair may stand in a Basic header, form-encoded or as it is",
        arguments: [
            ("photos:s3cret", "photos", "s3cret"), ("photos:", "photos", nil), ("photos:a:b", "photos", "a:b"),
            ("pho%20tos:a%2Bb", "pho tos", "a+b"), ("pho+tos:a%3Ab", "pho tos", "a:b"), ("photos:50%", "photos", "50%"),
            ("photos:a&b=c+", "photos", "a&b=c "), ("photos:é", "photos", "é"),
        ] as [(String, String, String?)])
    func basic(pair: String, id: String, secret: String?) throws {
        let credentials = try ClientCredentials(Parameters(), authorization: header(pair))

        #expect(credentials?.clientID == id)
        #expect(credentials?.secret == secret.map(Secret.init))
        #expect(credentials?.method == .basic)
    }

    @Test func `the scheme is compared without case, and padding may be missing`() throws {
        let credentials = try ClientCredentials(Parameters(), authorization: "bAsIc cGhvdG9zOnM")

        #expect(credentials?.clientID == "photos")
        #expect(credentials?.secret == Secret("s"))
    }

    @Test func `another scheme is not the client's`() throws {
        #expect(try ClientCredentials(Parameters(), authorization: "Bearer abc") == nil)
        #expect(try ClientCredentials(Parameters(["client_id": "a"]), authorization: "Bearer abc")?.clientID == "a")
    }

    @Test(
        "a broken Basic header authenticates nobody",
        arguments: [
            "Basic ", "Basic !!!", "Basic cGhvdG9z", "Basic OnNlY3JldA==", "Basic /w==", "Basic a",
        ])
    func broken(_ authorization: String) {
        #expect(
            code { () throws(OAuthError) in _ = try ClientCredentials(Parameters(), authorization: authorization) }
                == .invalidClient)
    }

    @Test func `two methods at once are refused`() {
        #expect(
            code { () throws(OAuthError) in
                _ = try ClientCredentials(Parameters(["client_secret": "s"]), authorization: header("photos:s"))
            } == .invalidRequest)
    }

    @Test func `header and parameters must name the same client`() throws {
        let same = try ClientCredentials(Parameters(["client_id": "photos"]), authorization: header("photos:s"))
        #expect(same?.clientID == "photos")

        #expect(
            code { () throws(OAuthError) in
                _ = try ClientCredentials(Parameters(["client_id": "mail"]), authorization: header("photos:s"))
            } == .invalidRequest)
    }

    private func header(_ pair: String) -> String { "Basic \(Base64.encode(Array(pair.utf8)))" }
}
