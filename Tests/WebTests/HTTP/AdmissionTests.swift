import AuthorizationServer
import HTTPTypes
import OAuth
import TestSupport
import Testing

@testable import Web

@Suite("Admission")
struct AdmissionTests {
    @Test func `takes so many at once, and more as soon as one leaves`() throws {
        let admission = Admission(limit: 2)
        let first = try #require(admission.enter())
        _ = try #require(admission.enter())

        #expect(admission.enter() == nil)

        admission.leave(first)
        #expect(admission.enter() != nil)
    }

    @Test func `lets one domain have everything while no other asks`() throws {
        let admission = Admission(limit: 8)

        for _ in 1...8 { try admission.assign(#require(admission.enter()), to: "a") }
    }

    @Test func `beyond half, keeps a domain to its share as soon as others are there`() throws {
        let admission = Admission(limit: 8)
        let slots = try (1...4).map { _ in try #require(admission.enter()) }
        for slot in slots { try admission.assign(slot, to: "a") }
        try admission.assign(#require(admission.enter()), to: "b")

        let refused = try #require(admission.enter())
        #expect(throws: Admission.Refused.self) { try admission.assign(refused, to: "a") }
        admission.leave(refused)
        try admission.assign(#require(admission.enter()), to: "b")

        for slot in slots.prefix(2) { admission.leave(slot) }
        try admission.assign(#require(admission.enter()), to: "a")
    }

    @Test func `below half, a domain may have more than its share`() throws {
        let admission = Admission(limit: 100)
        for domain: DomainID in ["b", "c", "d"] { try admission.assign(#require(admission.enter()), to: domain) }

        for _ in 1...47 { try admission.assign(#require(admission.enter()), to: "a") }
    }

    @Test func `counts a request that is asked for its domain twice once, and forgets it when it leaves`() throws {
        let admission = Admission(limit: 2)
        for _ in 1...10 {
            let slot = try #require(admission.enter())
            try admission.assign(slot, to: "a")
            try admission.assign(slot, to: "a")
            admission.leave(slot)
        }

        try admission.assign(#require(admission.enter()), to: "b")
        try admission.assign(#require(admission.enter()), to: "b")
    }

    @Test("a full server says 503 and when to come again", arguments: ["/auth/oauth/token/info", "/login", "/nowhere"])
    func full(_ target: String) async throws {
        let site = try await TestSite()
        let server = TestServer(site)
        while site.services.site.admission.enter() != nil {}

        let answer = try await server.get(target)

        #expect(answer.status == .serviceUnavailable)
        #expect(answer.headers[.retryAfter] == "1")
        #expect(try answer.json["error"] == "temporarily_unavailable")
        for probe in ["/auth/healthz", "/auth/readyz", "/auth/authority?health"] {
            #expect(try await server.get(probe).status == .ok)
        }
    }

    @Test func `a domain with more than its share is told 503 in the words of each route, and others are served`()
        async throws
    {
        let site = try await TestSite()
        let other = try await site.addDomain("other.example").domain
        let server = TestServer(site)
        let admission = site.services.site.admission
        for index in 0..<700 {
            let domain = index == 0 ? other : site.localhost.domain
            guard let slot = admission.enter() else { break }
            // The last of them have no domain yet, as while a request's body is still on its way.
            if index <= 512 { try admission.assign(slot, to: domain.id) }
        }

        for target in ["/auth/oauth/token/info", "/login", "/auth/authority"] {
            let answer = try await server.get(target)
            #expect(answer.status == .serviceUnavailable, "\(target)")
            #expect(answer.headers[.retryAfter] == "1", "\(target)")
            #expect(!answer.text.contains("invalid"), "\(target)")
        }
        let refresh = try await server.post(
            "/auth/oauth/token",
            form: [
                "grant_type": "refresh_token", "refresh_token": "x", "client_id": site.localhost.application.id.text,
            ])
        #expect(refresh.status == .serviceUnavailable)
        #expect(try refresh.json["error"] == "temporarily_unavailable")

        #expect(try await server.get("/login", host: other.host).status == .ok)
    }

    @Test func `gives every place back, whatever became of the request`() async throws {
        let site = try await TestSite()
        let server = TestServer(site)
        for _ in 1...1_500 { _ = try await server.get("/auth/oauth/token/info") }

        #expect(try await server.get("/login").status == .ok)
    }
}
