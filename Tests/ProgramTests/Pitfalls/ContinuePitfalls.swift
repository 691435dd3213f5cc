import AuthorizationServer
import HTTPTypes
import OAuth
import TestSupport
import Testing
import Web

@Suite("Pitfalls: where a person goes on to")
struct ContinuePitfalls {
    private let site: TestSite
    private let server: TestServer

    init() async throws {
        site = try await TestSite()
        server = TestServer(site)
    }

    static let elsewhere = [
        "//evil.example", "/\\evil.example", "/\\/evil.example", "\\\\evil.example", "///evil.example",
        "https://localhost.evil.example/", "https://localhost@evil.example/", "https://evil.example/",
        "https:evil.example",
        "http:/\\evil.example", "javascript:alert(1)", "/\t/evil.example", "\u{1}//evil.example",
        "https://localhost:8080@evil.example/",
        "/a//evil.example", "https://localhost\\.evil.example/", "data:text/html,x", "evil.example",
    ]

    /// Whether a browser that is sent there stays on this host (WHATWG URL: backslashes are slashes, tabs and line
    /// breaks are nothing).
    private static func stays(_ location: String) -> Bool {
        let seen = String(location.unicodeScalars.filter { $0.value > 0x20 }.map(Character.init)).replacing(
            "\\", with: "/")
        return seen.hasPrefix("/") && !seen.hasPrefix("//")
    }

    private static let json: HTTPFields = [.accept: "application/json"]

    @Test("a sign-in leads to no other host", arguments: elsewhere)
    func signIn(_ target: String) async throws {
        let form: KeyValuePairs = ["email": "user@email.com", "password": TestDomain.password, "continue": target]

        let reply = try await server.post("/auth/signin", form: form)

        #expect(reply.status == .found)
        #expect(Self.stays(try #require(reply.location)))
    }

    @Test("a failed sign-in leads to no other host, whatever the Referer", arguments: elsewhere)
    func failedSignIn(_ target: String) async throws {
        let form: KeyValuePairs = ["email": "user@email.com", "password": "wrong", "continue": target]
        var headers = HTTPFields()
        headers[.referer] = target

        let reply = try await server.post("/auth/signin", form: form, headers: headers)

        #expect(reply.status == .found)
        #expect(Self.stays(try #require(reply.location)))
        #expect(reply.headers[values: .setCookie].allSatisfy { !$0.hasPrefix("user=") || $0.contains("Max-Age=0") })
    }

    @Test("the way to the sign-in page carries no other host", arguments: elsewhere)
    func login(_ target: String) async throws {
        let reply = try await server.get("/auth/login?continue=\(percentEncoded(target))")

        if reply.status == .badRequest { return }
        #expect(reply.status == .seeOther)
        #expect(reply.location == "/login?continue=")
    }

    @Test("the sign-in page carries no other host", arguments: elsewhere)
    func page(_ target: String) async throws {
        let reply = try await server.get("/login?continue=\(percentEncoded(target))")

        #expect(reply.status == .ok)
        #expect(!reply.text.contains("evil.example") && !reply.text.contains("javascript:alert"))
    }

    @Test("a sign-out leads to no other host", arguments: elsewhere)
    func logout(_ target: String) async throws {
        let reply = try await server.get("/auth/logout?continue=\(percentEncoded(target))")

        #expect(reply.status == .found)
        #expect(Self.stays(try #require(reply.location)))
    }

    @Test(
        "a continue cookie leads to no other host",
        arguments: elsewhere.filter { !$0.contains("\t") && !$0.contains("\u{1}") })
    func cookie(_ target: String) async throws {
        var headers = HTTPFields()
        headers[.cookie] = "continue=\(percentEncoded(target))"

        let reply = try await server.post(
            "/auth/signin", form: ["email": "user@email.com", "password": TestDomain.password], headers: headers)

        #expect(Self.stays(try #require(reply.location)))
    }

    @Test(
        "a place on this host is kept",
        arguments: [
            ("/app?next=https://x.example//y", "/app?next=https://x.example//y"),
            ("https://localhost/app?a=1#b", "/app?a=1#b"), ("https://LOCALHOST:8443/app", "/app"), ("/a b", "/a%20b"),
            ("/booking/#/?panel=https://x", "/booking/#/?panel=https://x"),
        ])
    func own(_ target: String, _ expected: String) async throws {
        let form: KeyValuePairs = ["email": "user@email.com", "password": TestDomain.password, "continue": target]

        #expect(try await server.post("/auth/signin", form: form).location == expected)
        #expect(try await server.get("/auth/logout?continue=\(percentEncoded(target))").location == expected)
    }

    @Test func `the only way out is the domain's own logout address`() async throws {
        var draft = DomainDraft()
        draft.logoutURL = "/auth/logout?continue=https%3A%2F%2Fsso.example%2Flogout%3Fa%3D1"
        _ = try await site.services.administration.updateDomain(site.localhost.domain, draft, by: "test")

        let reply = try await server.get("/auth/logout?continue=https%3A%2F%2Fevil.example")

        #expect(reply.location == "https://sso.example/logout?a=1")
    }

    @Test func `the sign-in page can be asked for without saying where to go on to`() async throws {
        let reply = try await server.get("/auth/login")

        #expect(reply.status == .seeOther)
        #expect(reply.location == "/login?continue=")
    }

    @Test func `a service worker that fetches an asset after sign-out gets no page`() async throws {
        #expect(try await server.get("/auth/login?continue=/backoffice/main.js").status == .badRequest)
        #expect(try await server.get("/auth/login?continue=/backoffice/index.html").status == .seeOther)
    }
}
