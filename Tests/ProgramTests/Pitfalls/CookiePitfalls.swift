import AuthorizationServer
import Crypto
import Foundation
import HTTPTypes
import OAuth
import TestSupport
import Testing
import Web

@Suite("Pitfalls: cookies")
struct CookiePitfalls {
    private let site: TestSite
    private let server: TestServer

    init() async throws {
        site = try await TestSite()
        server = TestServer(site)
    }

    private func signIn(scheme: String = "https") async throws -> TestAnswer {
        try await server.send(
            .post, "/auth/signin?email=user@email.com&password=\(TestDomain.password)", scheme: scheme)
    }

    private func line(_ name: String, _ answer: TestAnswer) throws -> String {
        try #require(answer.headers[values: .setCookie].first { $0.hasPrefix("\(name)=") })
    }

    private func value(_ name: String, _ answer: TestAnswer) throws -> String {
        String(try line(name, answer).dropFirst(name.count + 1).prefix { $0 != ";" })
    }

    @Test("an old service's cookie beside a good one locks nobody out", arguments: [true, false])
    func oldCookies(_ oldFirst: Bool) async throws {
        let good = "user=\(try value("user", try await signIn()))"
        let old = "user=y1GTR1Xf7ZuhoYGYtOuQVyY8hwUhbwnRoh%2FEuuB--QxluRWU9NngkNOA3--bTqBdZlpiGoOsBtRVV3Tnw%3D%3D"
        var headers = HTTPFields()
        headers[.cookie] = "_coauth_session=stale; \(oldFirst ? "\(old); \(good)" : "\(good); \(old)")"

        let reply = try await server.send(.get, "/auth/authority", scheme: "https", headers: headers)

        #expect(try reply.json["session"]?.bool == true)
        let expired = reply.headers[values: .setCookie].filter { $0.hasPrefix("user=;") }
        #expect(expired.contains { $0.contains("Path=/;") && $0.contains("Max-Age=0") })
        #expect(!expired.contains { $0.contains("Path=/auth;") }, "the good one stays")
    }

    @Test func `a cookie that is worth nothing is expired`() async throws {
        var headers = HTTPFields()
        headers[.cookie] = "user=junk"

        let reply = try await server.send(.get, "/auth/authority", scheme: "https", headers: headers)

        #expect(try reply.json["session"]?.bool == false)
        #expect(try line("user", reply).contains("Max-Age=0"))
    }

    @Test func `cookies are set and deleted with the same attributes`() async throws {
        let set = try await signIn()
        var headers = HTTPFields()
        headers[.cookie] = "user=\(try value("user", set))"
        let deleted = try await server.send(.get, "/auth/logout", scheme: "https", headers: headers)

        for (name, path) in [("user", "/auth"), ("verified", "/")] {
            for answer in [set, deleted] {
                let line = try line(name, answer)
                for part in ["; Path=\(path);", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
                    #expect(line.contains(part), "\(line)")
                }
                #expect(!line.contains("Domain="))
            }
            #expect(try line(name, deleted).contains("; Max-Age=0;"))
        }
    }

    @Test func `in a domain whose pages are shown in frames, cookies are sent there`() async throws {
        var draft = DomainDraft()
        var policy = DomainPolicy()
        policy.embeddingOrigins = ["https://teams.microsoft.com"]
        draft.policy = policy
        _ = try await site.services.administration.updateDomain(site.localhost.domain, draft, by: "test")

        let set = try await signIn()
        let deleted = try await server.send(.get, "/auth/logout", scheme: "https")

        for answer in [set, deleted] {
            for name in ["user", "verified"] {
                let line = try line(name, answer)
                #expect(line.contains("; Secure") && line.contains("; SameSite=None"), "\(line)")
            }
        }
    }

    @Test func `over plain http a cookie is not marked Secure, or a browser would drop it`() async throws {
        #expect(try !line("user", try await signIn(scheme: "http")).contains("Secure"))
    }

    @Test func `the verified cookie is what nginx recomputes`() async throws {
        let parts = try value("verified", try await signIn()).split(separator: ".")

        #expect(parts.count == 2)
        let (nonce, mac) = (try #require(parts.first), try #require(parts.last))
        #expect(nonce.count == 16 && nonce.allSatisfy(\.isHexDigit))
        let expected = HMAC<SHA256>.authenticationCode(
            for: Data(nonce.utf8), using: SymmetricKey(data: Data("test secret".utf8)))
        #expect(mac == expected.map { String(format: "%02x", $0) }.joined())
    }

    @Test func `a sign-out works without a session, and with an expired bearer token`() async throws {
        let pair = try await site.tokens(for: site.localhost.user)
        site.clock.advance(by: .hours(3))

        let without = try await server.get("/auth/logout")
        let with = try await server.get("/auth/logout", headers: .bearer(pair.accessToken))

        for reply in [without, with] {
            #expect(reply.status == .found)
            #expect(try line("user", reply).contains("Max-Age=0"))
            #expect(try line("verified", reply).contains("Max-Age=0"))
        }
        let refresh = try await server.post(
            "/auth/oauth/token",
            form: [
                "grant_type": "refresh_token", "refresh_token": try #require(pair.refreshToken),
                "client_id": site.localhost.application.id.text,
            ])
        #expect(refresh.status == .badRequest, "the token that was signed out with is revoked")
    }

    @Test func `a fixed session cookie is worth nothing after signing in`() async throws {
        let fixed = String(repeating: "A", count: 43)
        var headers = HTTPFields()
        headers[.cookie] = "user=\(fixed)"

        let reply = try await server.send(
            .post, "/auth/signin?email=user@email.com&password=\(TestDomain.password)", headers: headers)

        #expect(try value("user", reply) != fixed)
        #expect(try await server.get("/auth/authority", headers: headers).json["session"]?.bool == false)
    }

    @Test func `a signed out cookie is useless`() async throws {
        var headers = HTTPFields()
        headers[.cookie] = "user=\(try value("user", try await signIn()))"
        #expect(try await server.get("/auth/authority", headers: headers).json["session"]?.bool == true)

        _ = try await server.get("/auth/logout", headers: headers)

        #expect(try await server.get("/auth/authority", headers: headers).json["session"]?.bool == false)
    }
}
