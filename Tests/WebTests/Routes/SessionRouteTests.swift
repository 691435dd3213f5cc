import AuthorizationServer
import HTTPTypes
import OAuth
import TestSupport
import Testing
import Web

@Suite("Signing in, at the endpoints that PlaceOS's clients know")
struct SessionRouteTests {
    let site: TestSite
    let browser: Browser

    init() async throws {
        site = try await TestSite()
        browser = Browser(TestServer(site))
    }

    @Test func `a program signs in with a query and no body`() async throws {
        let answer = try await browser.send(.post, "/auth/signin?email=service@account.com&password=developer")

        #expect(answer.status == .accepted)
        #expect(answer.body.isEmpty)
        let cookies = answer.headers[values: .setCookie]
        let user = try #require(cookies.first { $0.hasPrefix("user=") })
        #expect(user.contains("; Path=/auth; Max-Age=86400; Secure; HttpOnly; SameSite=Lax"))
        #expect(browser.cookie("user", at: "/auth/oauth/authorize")?.utf8.count == 43)
        let verified = try #require(browser.cookie("verified"))
        #expect(verified.wholeMatch(of: /[0-9a-f]{16}\.[0-9a-f]{64}/) != nil)
        #expect(cookies.contains { $0.hasPrefix("continue=; Path=/auth; Max-Age=0") })
        #expect(cookies.contains { $0.hasPrefix("social=; Path=/auth; Max-Age=0") })
    }

    @Test(
        "a form or a JSON body signs in too",
        arguments: [
            ("application/x-www-form-urlencoded", "email=user%40email.com&password=developer"),
            ("application/json", #"{"email":"user@email.com","password":"developer"}"#),
        ])
    func body(type: String, body: String) async throws {
        let answer = try await browser.send(.post, "/auth/signin", headers: [.contentType: type], body: body)

        #expect(answer.status == .accepted)
    }

    @Test(
        "with a place to go on to, it is a redirect there, or home",
        arguments: [
            ("/app?next=https://x", "/app?next=https://x"), ("https://localhost/app", "/app"), ("//evil.example", "/"),
            ("/\\evil.example", "/"), ("/\\/evil.example", "/"), ("https://localhost.evil.example", "/"),
            ("https://localhost@evil.example", "/"), ("https://evil.example/app", "/"), ("javascript:alert(1)", "/"),
        ])
    func continuation(wanted: String, target: String) async throws {
        let answer = try await browser.post(
            "/auth/signin", form: ["email": "user@email.com", "password": "developer", "continue": wanted])

        #expect(answer.status == .found)
        #expect(answer.location == target)
        #expect(browser.cookie("user", at: "/auth") != nil)
    }

    @Test(
        "a failure is 401 with nothing in it, and sets no cookie",
        arguments: [
            ("user@email.com", "wrong"), ("nobody@email.com", "developer"), ("", ""), ("junk", "\u{1}"),
        ])
    func failure(email: String, password: String) async throws {
        let answer = try await browser.post("/auth/signin", form: ["email": email, "password": password])

        #expect(answer.status == .unauthorized)
        #expect(answer.body.isEmpty)
        #expect(answer.headers[values: .setCookie].isEmpty)
    }

    @Test(
        "after a failure a script is sent back to this host only",
        arguments: [
            ("https://localhost/login?continue=/app", "/login?continue=/app"), ("https://evil.example/login", "/"),
            (nil, "/"),
        ] as [(String?, String)])
    func referer(referer: String?, target: String) async throws {
        var headers = HTTPFields()
        headers[.referer] = referer
        let answer = try await browser.post(
            "/auth/signin", form: ["email": "user@email.com", "password": "wrong", "continue": "/app"], headers: headers
        )

        #expect(answer.status == .found)
        #expect(answer.location == target)
    }

    @Test func `a person is shown the form again, with a sentence`() async throws {
        let answer = try await browser.post(
            "/auth/signin", form: ["email": "user@email.com", "password": "wrong"], headers: [.accept: "text/html"])

        #expect(answer.status == .unauthorized)
        #expect(answer.text.contains("The e-mail address or the password is wrong."))
    }

    @Test func `too many attempts are 429 with the wait`() async throws {
        for _ in 1...5 {
            _ = try await browser.post("/auth/signin", form: ["email": "user@email.com", "password": "x"])
        }

        let answer = try await browser.post("/auth/signin", form: ["email": "user@email.com", "password": "developer"])

        #expect(answer.status == .tooManyRequests)
        #expect(answer.headers[.retryAfter] == "1")
    }

    @Test(
        "another site's form signs nobody in",
        arguments: ["https://evil.example", "null", "https://localhost.evil.example"])
    func crossSite(_ origin: String) async throws {
        let answer = try await browser.post(
            "/auth/signin", form: ["email": "user@email.com", "password": "developer"], headers: [.origin: origin])

        #expect(answer.status == .forbidden)
        #expect(browser.cookie("user", at: "/auth") == nil)
    }

    @Test func `in frames of other origins the cookies say SameSite=None`() async throws {
        var draft = DomainDraft()
        draft.policy = site.localhost.domain.policy
        draft.policy?.embeddingOrigins = ["https://teams.example"]
        _ = try await site.services.administration.updateDomain(site.localhost.domain, draft, by: "test")

        let answer = try await browser.post(
            "/auth/signin", form: ["email": "user@email.com", "password": "developer"],
            headers: [.origin: "https://teams.example"])

        #expect(answer.status == .accepted)
        #expect(answer.headers[values: .setCookie].allSatisfy { $0.hasSuffix("Secure; HttpOnly; SameSite=None") })
    }

    @Test func `over plain HTTP the cookies are not Secure, or a browser would drop them`() async throws {
        let plain = Browser(browser.server, isSecure: false)

        let answer = try await plain.post("/auth/signin", form: ["email": "user@email.com", "password": "developer"])

        #expect(answer.headers[values: .setCookie].allSatisfy { !$0.contains("Secure") && $0.contains("SameSite=Lax") })
    }

    @Test(
        "the login address leads to the domain's page",
        arguments: [
            ("/auth/login", "/login?continue="), ("/auth/login?continue=/home", "/login?continue=/home"),
            ("/auth/login?continue=/a%3Fb%3Dc%26d%20e", "/login?continue=/a?b=c%26d%2520e"),
            ("/auth/login?continue=//evil.example/", "/login?continue="),
            ("/auth/login?continue=https://evil.example/app", "/login?continue="),
        ])
    func login(path: String, target: String) async throws {
        let answer = try await browser.get(path)

        #expect(answer.status == .seeOther)
        #expect(answer.location == target)
        #expect(answer.headers[values: .setCookie].contains { $0.hasPrefix("user=;") })
    }

    @Test(
        "a service worker that fetches assets after a sign-out gets no page",
        arguments: ["/app/main.js", "/ngsw.json?x=1"])
    func asset(_ path: String) async throws {
        #expect(try await browser.get("/auth/login?continue=\(percentEncoded(path))").status == .badRequest)
        #expect(try await browser.get("/auth/login?continue=/app/index.html").status == .seeOther)
    }

    @Test(
        "a kiosk's deep link with an API key gets the static files",
        arguments: [
            "/panel/#/?panel=1&x-api-key=", "/panel/?api-key=",
        ])
    func kiosk(_ link: String) async throws {
        let key = try await site.apiKey(for: site.localhost.user).exposed

        let good = try await browser.get("/auth/login?continue=\(percentEncoded(link + key))")
        #expect(good.location == link + key)
        #expect(browser.cookie("verified") != nil)

        let bad = try await browser.get("/auth/login?continue=\(percentEncoded(link + "x.y"))")
        #expect(bad.location?.hasPrefix("/login?") == true)
        #expect(browser.cookie("verified") == nil)
    }

    @Test func `nobody signs up here`() async throws {
        let answer = try await browser.post("/auth/signup", form: ["email": "new@email.com", "password": "x"])

        #expect(answer.status == .forbidden)
        #expect(answer.body.isEmpty)
    }
}
