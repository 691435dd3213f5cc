import Testing

@testable import Web

@Suite("Where a person goes on to is a place on this host")
struct ContinuationTests {
    @Test(
        "a place on this host is kept",
        arguments: [
            ("/", "/"), ("/app", "/app"), ("/app?next=https://x", "/app?next=https://x"), ("/app?a=//b", "/app?a=//b"),
            ("/app#/?panel=1&x-api-key=a.b", "/app#/?panel=1&x-api-key=a.b"), ("/app#//x", "/app#//x"),
            ("/a b", "/a%20b"), ("/a?q=\\x", "/a?q=%5Cx"), ("/%2F%2Fevil.example", "/%2F%2Fevil.example"),
            ("/@evil.example", "/@evil.example"), ("/https:/x", "/https:/x"),
            ("https://localhost/app?x#y", "/app?x#y"), ("http://LOCALHOST:8443/app", "/app"),
            ("https://localhost", "/"),
            ("https://localhost?x", "/?x"), ("https://localhost:8443", "/"), ("HTTPS://localhost/", "/"),
        ])
    func kept(text: String, target: String) {
        #expect(Continuation.safe(text, host: "localhost") == target)
    }

    @Test(
        "anything else is not",
        arguments: [
            "", "//evil.example", "/\\evil.example", "/\\/evil.example", "\\\\evil.example", "\\/evil.example",
            "///evil.example", "/app//evil.example", "/./\\evil.example", "/..//evil.example",
            "https://evil.example/app",
            "https://localhost.evil.example", "https://localhost@evil.example/", "https://user:pw@localhost/",
            "https://localhost:443@evil.example/", "https://localhost:x/", "https://localhost\\evil.example",
            "https://localhost\\@evil.example", "https://localhost//evil.example", "https://localhost/\\evil.example",
            "https:/localhost/", "https:localhost", "https:///localhost", "//localhost/", "javascript:alert(1)",
            "data:text/html,x",
            "app", "?x", "#x", " /app", "\t/app", "/\t/evil.example", "/\n/evil.example", "/app\r\nSet-Cookie: a=b",
            "/\u{0}",
            "//\u{FE0F}evil.example", "/\\\u{FE0F}evil.example", "//\u{200D}evil.example",
            "/\u{301}/evil.example\u{FE0F}//",
            "/\u{7F}", "ftp://localhost/", "/" + String(repeating: "a", count: 8_192),
        ])
    func refused(_ text: String) {
        #expect(Continuation.safe(text, host: "localhost") == nil)
    }

    @Test func `nothing leads nowhere`() {
        #expect(Continuation.safe(nil, host: "localhost") == nil)
    }

    @Test func `an IPv6 host is compared whole`() {
        #expect(Continuation.safe("http://[::1]:8080/app", host: "[::1]") == "/app")
        #expect(Continuation.safe("http://[::2]/app", host: "[::1]") == nil)
        #expect(Continuation.safe("http://[::1", host: "[::1]") == nil)
    }
}
