import HTTPTypes
import OAuth
import Testing

@testable import Web

@Suite("RFC 6265: cookies")
struct CookiesTests {
    @Test func `are read by name, every one of that name`() {
        let cookies = cookies("user=one; other=x;user=two; User=three")

        #expect(cookies.all("user") == ["one", "two"])
        #expect(cookies.first("other") == "x")
        #expect(cookies.all("none").isEmpty)
    }

    @Test func `may stand in several lines, as HTTP 2 sends them`() {
        var headers = HTTPFields()
        for line in ["a=1", "b=2; a=3"] { headers.append(HTTPField(name: .cookie, value: line)) }

        #expect(Cookies(headers).all("a") == ["1", "3"])
    }

    @Test(
        "are read whatever a client writes",
        arguments: [
            ("a", nil), ("=1; a=2", "2"), ("a==1", "=1"), ("a=", nil), ("a=; a=1", "1"), ("a=%3D%20x", "= x"),
            ("a=50%", "50%"), ("a=\"1\"", "\"1\""), (";;; a=1;", "1"), ("", nil), ("b=a=1", nil),
        ] as [(String, String?)])
    func lenient(line: String, value: String?) {
        #expect(cookies(line).first("a") == value)
    }

    @Test func `are bounded`() {
        let line = (0..<10_000).map { "a=\($0)" }.joined(separator: ";")

        #expect(cookies(line).all("a").count == 8)
    }

    @Test func `are set and deleted with the same attributes, or a browser keeps them`() {
        func header(_ value: String, _ maxAge: Duration?) -> String {
            SetCookie(name: "user", value: value, path: "/auth", maxAge: maxAge, sameSite: .none, isSecure: true).header
        }

        #expect(header("x", .hours(1)) == "user=x; Path=/auth; Max-Age=3600; Secure; HttpOnly; SameSite=None")
        #expect(header("x", nil) == "user=x; Path=/auth; Secure; HttpOnly; SameSite=None")
        #expect(
            header("", .zero)
                == "user=; Path=/auth; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; HttpOnly; SameSite=None"
        )
    }

    private func cookies(_ line: String) -> Cookies { Cookies([.cookie: line]) }
}
