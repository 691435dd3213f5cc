import OAuth
import Testing

@Suite("RFC 9700 §2.1: a redirect URI is compared character by character")
struct RedirectURITests {
    private static let registered = "https://photos.example/Callback?tenant=1"

    @Test func `the registered URI matches`() {
        #expect(
            RedirectURI(Self.registered, registered: ["https://other.example/", Self.registered])?.text
                == Self.registered)
    }

    @Test(
        "a near miss does not match",
        arguments: [
            "https://photos.example/callback?tenant=1",
            "https://PHOTOS.example/Callback?tenant=1",
            "HTTPS://photos.example/Callback?tenant=1",
            "http://photos.example/Callback?tenant=1",
            "https://photos.example:443/Callback?tenant=1",
            "https://photos.example/Callback/?tenant=1",
            "https://photos.example/Callback",
            "https://photos.example/Callback?tenant=1&next=2",
            "https://photos.example/Callback?tenant=1#",
            "https://photos.example/Callback?tenant=1#code=",
            "https://photos.example/C%61llback?tenant=1",
            "https://photos.example/./Callback?tenant=1",
            "https://photos.example/x/../Callback?tenant=1",
            "https://photos.example//Callback?tenant=1",
            "https://user@photos.example/Callback?tenant=1",
            "https://photos.example@evil.example/Callback?tenant=1",
            "https://photos.example.evil.example/Callback?tenant=1",
            "https://evil.example/https://photos.example/Callback?tenant=1",
            " https://photos.example/Callback?tenant=1",
            "https://photos.example/Callback?tenant=1 ",
            "https://photos.example/Callback?tenant=1\n",
            "https://photos.example/Callback?tenant=1\u{0}",
            "https://photos.example/Callback?tenant\u{FF1D}1",
            "",
        ])
    func nearMiss(_ requested: String) {
        #expect(RedirectURI(requested, registered: [Self.registered]) == nil)
    }

    @Test(
        "a character that Unicode holds equal to the registered one is another character",
        arguments: [
            ("https://photos.example/K", "https://photos.example/\u{212A}"),
            ("https://photos.example/a;b", "https://photos.example/a\u{37E}b"),
            ("http://127.0.0.1/K", "http://127.0.0.1:9000/\u{212A}"),
        ])
    func canonicalEquivalence(registered: String, requested: String) {
        #expect(RedirectURI(requested, registered: [registered]) == nil)
    }

    @Test(
        "on a loopback address the port may differ (RFC 8252 §7.3)",
        arguments: [
            ("http://127.0.0.1/callback", "http://127.0.0.1:51004/callback"),
            ("http://127.0.0.1:8400/callback", "http://127.0.0.1:51004/callback"),
            ("http://127.0.0.1:8400/callback", "http://127.0.0.1/callback"),
            ("http://[::1]/callback?a=b", "http://[::1]:51004/callback?a=b"),
            ("http://127.0.0.1", "http://127.0.0.1:1"),
        ])
    func loopback(registered: String, requested: String) {
        #expect(RedirectURI(requested, registered: [registered])?.text == requested)
    }

    @Test(
        "on a loopback address nothing else may differ",
        arguments: [
            ("http://127.0.0.1/callback", "http://127.0.0.1:51004/other"),
            ("http://127.0.0.1/callback", "http://127.0.0.1:51004/callback?a=b"),
            ("http://127.0.0.1/callback", "http://[::1]:51004/callback"),
            ("http://127.0.0.1/callback", "https://127.0.0.1:51004/callback"),
            ("http://127.0.0.1/callback", "http://127.0.0.1:65536/callback"),
            ("http://127.0.0.1/callback", "http://127.0.0.1:/callback"),
            ("http://127.0.0.1/callback", "http://127.0.0.1:+80/callback"),
            ("http://127.0.0.1/callback", "http://127.0.0.1:80@evil.example/callback"),
            ("http://127.0.0.1/callback", "http://127.0.0.1.evil.example/callback"),
            ("http://127.0.0.1/callback", "http://127.0.0.10/callback"),
            ("http://127.0.0.1", "http://127.0.0.1:1evil.example"),
            ("http://localhost/callback", "http://localhost:51004/callback"),
            ("https://photos.example/", "https://photos.example:8443/"),
        ])
    func loopbackNearMiss(registered: String, requested: String) {
        #expect(RedirectURI(requested, registered: [registered]) == nil)
    }

    @Test func `ts-client's response page is told by its path`() throws {
        func isResponsePage(_ uri: String) -> Bool? { RedirectURI(uri, registered: [uri])?.isResponsePage }

        #expect(isResponsePage("https://a.example/backoffice/oauth-resp.html") == true)
        #expect(isResponsePage("https://a.example/oauth-resp.html?x=1") == true)
        #expect(isResponsePage("https://a.example/?x=oauth-resp.html") == false)
    }

    @Test(
        "the origin is scheme, host and port",
        arguments: [
            ("https://a.example:8443/path?x=https://b.example", "https://a.example:8443"),
            ("http://[::1]:80", "http://[::1]:80"),
            ("https://a.example?x", "https://a.example"),
            ("com.placeos.booking.panel://oauth", nil),
        ] as [(String, String?)])
    func origin(uri: String, origin: String?) {
        #expect(RedirectURI(uri, registered: [uri])?.origin == origin)
    }
}
