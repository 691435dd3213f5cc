import AuthorizationServer
import HTTPTypes
import OAuth
import TestSupport
import Testing
import Web

/// Seen through discovery, whose issuer is the origin, and through events, which have the address.
@Suite("Which domain a request is for, by which origin, from whom")
struct VisitTests {
    @Test(
        "the domain is found by the host without port, whatever its case",
        arguments: [
            ("localhost", "http://localhost"), ("localhost:8080", "http://localhost:8080"),
            ("LOCALHOST", "http://localhost"), ("127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("[::1]:1", "http://[::1]:1"),
        ])
    func host(host: String, issuer: String) async throws {
        let server = TestServer(try await TestSite())

        #expect(try await self.issuer(server, host: host) == issuer)
    }

    @Test(
        "another host is no domain, and its name is not repeated",
        arguments: [
            "evil.example", "localhost.", "localhost.evil.example", "localhost:", "localhost:99999", "localhost:x",
            "localhost:80:80", "", ":80", "[::1", "[::2]", "user@localhost", "localhost, evil.example", "' OR 1=1",
            String(repeating: "a", count: 512),
        ])
    func unknown(_ host: String) async throws {
        let server = TestServer(try await TestSite())

        let document = try await server.get("/.well-known/openid-configuration", host: host)
        let page = try await server.get("/login", host: host)

        #expect(document.status == .notFound)
        #expect(!document.text.contains("evil"))
        #expect(page.status == .notFound)
        #expect(page.body.isEmpty)
    }

    @Test func `a trusted proxy says by which host and scheme it was reached`() async throws {
        let site = try await TestSite(proxies: TrustedProxies(["loopback"]))
        let server = TestServer(site)
        let forwarded = Self.fields(["X-Forwarded-Host": "localhost:8443", "X-Forwarded-Proto": "HTTPS"])

        #expect(try await issuer(server, host: "backend", headers: forwarded) == "https://localhost:8443")
        #expect(try await issuer(server, host: "backend", headers: forwarded, peer: "192.0.2.1") == nil)
        #expect(try await issuer(server, headers: forwarded, peer: "192.0.2.1") == "http://localhost")
    }

    @Test(
        "a proxy's header with two values, or with junk, is not believed",
        arguments: [
            ["X-Forwarded-Host": "evil.example, localhost"], ["X-Forwarded-Proto": "javascript"],
            ["X-Forwarded-Proto": ""],
            ["X-Forwarded-Proto": "https, http"],
        ])
    func twice(_ headers: [String: String]) async throws {
        let server = TestServer(try await TestSite(proxies: TrustedProxies(["loopback"])))

        #expect(try await issuer(server, headers: Self.fields(headers)) == "http://localhost")
    }

    @Test func `a domain that names its origin is not told another`() async throws {
        let site = try await TestSite()
        var draft = DomainDraft()
        draft.policy = site.localhost.domain.policy
        draft.policy?.origin = "https://auth.example:8443"
        _ = try await site.services.administration.updateDomain(site.localhost.domain, draft, by: "test")

        #expect(try await issuer(TestServer(site), host: "localhost:9") == "https://auth.example:8443")
    }

    @Test(
        "the address is the last hop that is no proxy of ours",
        arguments: [
            (nil, "127.0.0.1"), ("203.0.113.9", "203.0.113.9"), ("6.6.6.6, 203.0.113.9", "203.0.113.9"),
            ("6.6.6.6, 203.0.113.9, 10.0.0.7", "203.0.113.9"), ("10.0.0.7", "127.0.0.1"), ("", "127.0.0.1"),
            ("2001:db8::1", "2001:db8::1"), ("<script>", "127.0.0.1"), (" 203.0.113.9 ", "203.0.113.9"),
        ] as [(String?, String)])
    func address(chain: String?, address: String) async throws {
        let site = try await TestSite(proxies: TrustedProxies(["loopback", "10.0.0.0/8"]))
        var headers = HTTPFields()
        if let chain, let name = HTTPField.Name("X-Forwarded-For") { headers[name] = chain }

        #expect(try await recordedAddress(site, headers: headers, peer: "127.0.0.1") == address)
    }

    @Test func `nobody else says where they come from`() async throws {
        let site = try await TestSite(proxies: TrustedProxies(["loopback"]))
        let headers = Self.fields(["X-Forwarded-For": "203.0.113.9"])

        #expect(try await recordedAddress(site, headers: headers, peer: "192.0.2.1") == "192.0.2.1")
    }

    private func recordedAddress(_ site: TestSite, headers: HTTPFields, peer: String) async throws -> String? {
        let answer = try await TestServer(site).send(
            .post, "/auth/signin?email=user@email.com&password=\(TestDomain.password)", headers: headers, peer: peer)
        #expect(answer.status == .accepted)
        let events = try await site.services.store.events(of: site.localhost.domain.id, ListRequest())
        return events.items.first { $0.kind == .signedIn }?.address
    }

    private func issuer(
        _ server: TestServer, host: String = "localhost", headers: HTTPFields = [:], peer: String = "127.0.0.1"
    ) async throws -> String? {
        let answer = try await server.send(
            .get, "/.well-known/openid-configuration", host: host, headers: headers, peer: peer)
        return try answer.json["issuer"]?.string
    }

    private static func fields(_ headers: [String: String]) -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return fields
    }
}
