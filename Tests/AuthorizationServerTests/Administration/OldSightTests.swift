import AuthorizationServer
import OAuth
import Storage
import TestSupport
import Testing
import Web

@Suite("A change made on old sight")
struct OldSightTests {
    let site: TestSite

    init() async throws { site = try await TestSite() }

    @Test func `of a domain keeps what somebody else changed meanwhile`() async throws {
        var (first, second) = (DomainDraft(), DomainDraft())
        first.description = "the first"
        second.name = "Second"
        let asSeenBefore = site.localhost.domain
        _ = try await site.services.administration.updateDomain(asSeenBefore, first, by: "test")

        let saved = try await site.services.administration.updateDomain(asSeenBefore, second, by: "test")

        #expect(saved.description == "the first")
        #expect(try await site.store.domain(id: asSeenBefore.id) == saved)
    }

    @Test func `of an API key keeps what somebody else changed meanwhile`() async throws {
        let text = try await site.apiKey(for: site.localhost.administrator, permissions: .administrator).exposed
        let asSeenBefore = try await site.services.apiKeys.verify(text, in: site.localhost.domain).key
        var (first, second) = (APIKeyDraft(), APIKeyDraft())
        first.permissions = []
        second.description = "the kiosk"
        _ = try await site.services.administration.updateAPIKey(asSeenBefore, first, by: "test")

        let saved = try await site.services.administration.updateAPIKey(asSeenBefore, second, by: "test")

        #expect(saved.permissions == [])
        #expect(try await site.store.apiKey(id: asSeenBefore.id)?.key == saved)
    }

    @Test func `of what is gone says so`() async throws {
        let place = try await site.addDomain("gone.example")
        try await site.services.administration.deleteDomain(place.domain, by: "test")

        await #expect(throws: StoreError.missing) {
            try await site.services.administration.updateDomain(place.domain, DomainDraft(), by: "test")
        }
    }
}
