import HTTPTypes
import Testing
import Web

@Suite("The headers of a page")
struct PageHeadersTests {
    let page = HomePage(domainName: "Example", user: nil)

    @Test func `forbid frames, inline scripts and other hosts`() {
        let fields = PageHeaders.fields(for: page)

        #expect(
            fields[.contentSecurityPolicy] == """
                default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                form-action 'self'; frame-ancestors 'none'; object-src 'none'; base-uri 'none'
                """)
        #expect(fields[.contentType] == "text/html; charset=utf-8")
        #expect(fields[.cacheControl] == "no-store")
        #expect(fields[.xContentTypeOptions] == "nosniff")
        #expect(text("X-Frame-Options", of: fields) == "DENY")
        #expect(text("Referrer-Policy", of: fields) == "same-origin")
        #expect(text("Cross-Origin-Opener-Policy", of: fields) == "same-origin")
    }

    @Test func `let a domain's embedders frame the page`() {
        let embedders = ["https://teams.example", "https://*.office.example:8443"]

        let fields = PageHeaders.fields(for: page, embedders: embedders)

        let expected = "frame-ancestors 'self' https://teams.example https://*.office.example:8443;"
        #expect(fields[.contentSecurityPolicy]?.contains(expected) == true)
        #expect(text("X-Frame-Options", of: fields) == nil)
    }

    @Test(
        "ignore an embedder that is not an origin",
        arguments: [
            "", "*", "https://*", "https:", "'unsafe-inline'", "https://a.example; script-src *",
            "https://a.example https://b.example", "https://a.example/path", "javascript://a.example", "data:",
            "https://a.example,https://b.example", "https://a.example\r\nSet-Cookie: a=b", "https://ä.example",
        ])
    func ignoresEmbedder(_ text: String) {
        let fields = PageHeaders.fields(for: page, embedders: [text])

        #expect(fields[.contentSecurityPolicy]?.contains("frame-ancestors 'none'") == true)
    }

    @Test func `let the application's own frame show its redirect page`() {
        let fields = PageHeaders.fields(for: OAuthResponsePage(domainName: "Example"))

        #expect(fields[.contentSecurityPolicy]?.contains("frame-ancestors 'self';") == true)
        #expect(text("X-Frame-Options", of: fields) == "SAMEORIGIN")
    }

    @Test func `let a form reach the client that its answer redirects to`() {
        for page in pages(showing: "text") where page is ConsentPage || page is FormPostPage || page is SignOutPage {
            #expect(PageHeaders.fields(for: page)[.contentSecurityPolicy]?.contains("form-action") == false)
        }
    }

    private func text(_ name: String, of fields: HTTPFields) -> String? {
        HTTPField.Name(name).flatMap { fields[$0] }
    }
}
