import Testing
import Web

@Suite("A link on a page")
struct LinkTests {
    @Test("leads to a path or to https", arguments: ["/", "/auth/login?continue=%2F", "https://example.com/a?b#c"])
    func accepts(_ href: String) {
        #expect(Link(href, text: "text")?.href == href)
    }

    @Test(
        "leads nowhere else",
        arguments: [
            "", "//example.com", "/\\example.com", "\\\\example.com", "/\t/example.com", " /", "http://example.com",
            "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "https:example.com", "auth/login",
            "/\u{7F}", "/\n/example.com",
        ])
    func refuses(_ href: String) {
        #expect(Link(href, text: "text") == nil)
    }
}
