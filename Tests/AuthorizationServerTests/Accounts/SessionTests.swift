import AuthorizationServer
import OAuth
import TestSupport
import Testing
import Web

@Suite("A browser session")
struct SessionTests {
    let site: TestSite

    init() async throws { site = try await TestSite() }

    @Test func `is found by its cookie until it expires`() async throws {
        let cookie = try await start()

        #expect(try await find(cookie)?.user.id == site.localhost.user.id)
        site.clock.advance(by: .hours(24) - .seconds(1))
        #expect(try await find(cookie) != nil)
        site.clock.advance(by: .seconds(1))
        #expect(try await find(cookie) == nil)
    }

    @Test func `lasts as long as the domain's session_timeout says`() async throws {
        var draft = DomainDraft()
        draft.internals = ["session_timeout": "30"]
        let domain = try await site.services.administration.updateDomain(site.localhost.domain, draft, by: "test")

        let session = try await site.services.sessions.start(
            for: site.localhost.user, in: domain, userAgent: "", from: "192.0.2.1")

        #expect(session.lifetime == .minutes(30))
    }

    @Test(
        "a cookie that this server did not set is nobody's",
        arguments: [
            nil, "", "x", String(repeating: "A", count: 43), String(repeating: "A", count: 10_000), "é",
        ] as [String?])
    func junk(_ cookie: String?) async throws {
        _ = try await start()

        #expect(try await find(cookie) == nil)
    }

    @Test func `is another domain's nowhere but there`() async throws {
        let other = try await site.addDomain("other.example")
        let cookie = try await start()

        #expect(try await site.services.sessions.find(cookie, in: other.domain) == nil)
    }

    @Test func `has a form token of its own that is not the cookie`() async throws {
        let (one, two) = (try await start(), try await start())

        let tokens = [try await find(one), try await find(two)].compactMap { $0?.formToken.exposed }
        #expect(Set(tokens + [one, two]).count == 4)
    }

    @Test func `signing out ends all sessions of the user, and is written down`() async throws {
        let (phone, desk) = (try await start(), try await start())

        try await site.services.sessions.end(#require(try await find(phone)), from: "192.0.2.1")

        #expect(try await find(phone) == nil)
        #expect(try await find(desk) == nil)
        #expect(try await site.events(.signedOut).map(\.actor) == [site.localhost.user.id.text])
    }

    @Test func `starts with a password that was checked before a sign-out`() async throws {
        let cookie = try await start()
        try await site.services.sessions.end(#require(try await find(cookie)), from: "192.0.2.1")

        let next = try await start()

        #expect(try await find(next) != nil)
    }

    @Test func `does not start with a password that was replaced since it was checked`() async throws {
        try await site.services.administration.setPassword(
            Secret("another long passage"), of: site.localhost.user, in: site.localhost.domain, allowsWeak: false,
            by: "test")

        await #expect(throws: SignInFailure.refused) { _ = try await start() }

        #expect(try await site.events(.signedIn).isEmpty)
    }

    @Test("ends with its user", arguments: [true, false])
    func inactive(isDeleted: Bool) async throws {
        let cookie = try await start()

        try await site.setUser(site.localhost.user) {
            $0.isDeleted = isDeleted
            $0.isDisabled = !isDeleted
        }

        #expect(try await find(cookie) == nil)
    }

    private func start() async throws -> String {
        try await site.services.sessions.start(
            for: site.localhost.user, in: site.localhost.domain, userAgent: "a browser", from: "192.0.2.1"
        ).secret.exposed
    }

    private func find(_ cookie: String?) async throws -> SignedIn? {
        try await site.services.sessions.find(cookie, in: site.localhost.domain)
    }
}
