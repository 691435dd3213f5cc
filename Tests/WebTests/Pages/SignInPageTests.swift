import HTTPTypes
import Testing
import Web

@Suite("The sign-in page")
struct SignInPageTests {
    @Test func `sends e-mail, password, where to go on, and the token against forgery`() {
        let html = render(SignInPage(domainName: "Example", continueTo: "/a?b=1&c=2", csrfToken: "secret"))

        #expect(html.contains("<form method=\"post\" action=\"/auth/signin\">"))
        #expect(html.contains("<input type=\"hidden\" name=\"csrf_token\" value=\"secret\">"))
        #expect(html.contains("<input type=\"hidden\" name=\"continue\" value=\"/a?b=1&amp;c=2\">"))
        #expect(html.contains("name=\"email\"") && html.contains("autocomplete=\"username\""))
        #expect(html.contains("name=\"password\"") && html.contains("autocomplete=\"current-password\""))
    }

    @Test func `after a refusal keeps the e-mail, says why, and waits for the password`() throws {
        let page = SignInPage(
            domainName: "Example", email: "ada@example.com", message: "That is not right.", fault: .either,
            reference: "r-1")

        let html = render(page)

        #expect(html.contains("<title>Error: Sign in · Example</title>"))
        #expect(html.contains("role=\"alert\"") && html.contains("<code>r-1</code>"))
        let email = try #require(html.firstMatch(of: /<input id="email"[^>]*>/)?.output)
        let password = try #require(html.firstMatch(of: /<input id="password"[^>]*>/)?.output)
        #expect(email.contains("value=\"ada@example.com\"") && !email.contains("autofocus"))
        #expect(email.contains("aria-invalid=\"true\" aria-describedby=\"message\""))
        #expect(password.contains("aria-invalid=\"true\" aria-describedby=\"message\" autofocus"))
        #expect(!password.contains("value="))
    }

    @Test func `may lead to a client once it continues somewhere`() {
        let alone = PageHeaders.fields(for: SignInPage(domainName: "Example"))
        let continuing = PageHeaders.fields(for: SignInPage(domainName: "Example", continueTo: "/auth/oauth/authorize"))

        #expect(alone[.contentSecurityPolicy]?.contains("form-action 'self'") == true)
        #expect(continuing[.contentSecurityPolicy]?.contains("form-action") == false)
    }
}
