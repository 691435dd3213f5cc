import OAuth
import Testing

@Suite("RFC 6749 §3.1.2, RFC 9700 §4.1.1: what may be registered as a redirect URI")
struct RedirectRegistrationTests {
    @Test(
        "may be registered",
        arguments: [
            "https://localhost:8443/backoffice/oauth-resp.html",
            "http://localhost:8080/oauth-resp.html",
            "http://192.168.1.10/panel/",
            "http://[::1]/callback",
            "https://photos.example",
            "https://photos.example?x=@*",
            "com.placeos.booking.panel://oauth",
            "com.example.app:/callback",
            "urn:ietf:wg:oauth:2.0:oob",
        ])
    func good(_ uri: String) {
        #expect(RedirectRegistration.fault(in: uri) == nil)
    }

    @Test(
        "is refused, and the fault says what to change",
        arguments: [
            ("", "no scheme"),
            ("photos.example/callback", "no scheme"),
            ("//photos.example", "no scheme"),
            ("1https://photos.example", "no scheme"),
            ("ht tps://photos.example", "space"),
            ("https://photos.example/\u{E9}", "ASCII"),
            ("https://photos.example/\u{0}", "ASCII"),
            ("https://photos.example\\@evil.example", "backslash"),
            ("https://photos.example/<script>", "quote"),
            ("https://photos.example/#here", "fragment"),
            ("com.example.app:/callback#", "fragment"),
            ("https:photos.example", "no host"),
            ("https:///callback", "no host"),
            ("https://:8443/callback", "no host"),
            ("https://?x", "no host"),
            ("https://user:secret@photos.example/", "user information"),
            ("https://*.photos.example/", "wildcard"),
            ("javascript:alert(1)", "never a place"),
            ("JavaScript://photos.example/%0Aalert(1)", "never a place"),
            ("data:text/html,x", "never a place"),
            ("file:///etc/passwd", "never a place"),
            ("blob:https://photos.example/1", "never a place"),
            ("myapp:", "nothing after"),
            ("https://photos.example/" + String(repeating: "a", count: 2_048), "longer"),
        ])
    func bad(uri: String, word: String) {
        #expect(RedirectRegistration.fault(in: uri)?.contains(word) == true)
    }
}
