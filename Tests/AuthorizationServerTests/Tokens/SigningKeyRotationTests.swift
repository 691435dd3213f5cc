import AuthorizationServer
import Cryptography
import OAuth
import TestSupport
import Testing
import Web

@Suite("RFC 7517: signing keys come and go without breaking tokens")
struct SigningKeyRotationTests {
    let site: TestSite

    init() async throws { site = try await TestSite() }

    @Test func `after a rotation old tokens are good and new ones are signed with the new key`() async throws {
        let old = try await site.tokens(for: site.localhost.user).accessToken

        let key = try await rotate()

        let new = try await site.tokens(for: site.localhost.user).accessToken
        #expect(try header(new)["kid"]?.string == key.keyID)
        #expect(try header(old)["kid"] != header(new)["kid"])
        #expect(try await site.accepts(old))
        #expect(try await site.accepts(new))
        #expect(try await published().count == 2)
    }

    @Test func `an old key is published for a day, and then neither published nor believed`() async throws {
        var draft = ApplicationDraft()
        var overrides = ClientOverrides()
        overrides.accessTokenLifetime = .days(2)
        draft.overrides = overrides
        _ = try await site.services.administration.updateApplication(site.localhost.application, draft, by: "test")
        let old = try await site.tokens(for: site.localhost.user).accessToken
        let key = try await rotate()

        site.clock.advance(by: .days(1) - .seconds(1))
        #expect(try await site.accepts(old))
        site.clock.advance(by: .minutes(11))

        #expect(try await !site.accepts(old))
        #expect(try await published() == [key.keyID])
    }

    @Test func `a key that signs is not deleted; deleting a retired one ends its tokens at once`() async throws {
        let old = try await site.tokens(for: site.localhost.user).accessToken
        let id = try #require(try header(old)["kid"]?.string)
        func delete() async throws {
            try await site.services.administration.deleteKey(id, of: site.localhost.domain, by: "test")
        }
        await #expect(throws: ValidationFailure.self) { try await delete() }
        _ = try await rotate()

        try await delete()

        #expect(try await !site.accepts(old))
        #expect(try await published().count == 1)
    }

    @Test func `a key that signs already is not imported again`() async throws {
        let key = try await rotate()

        try await site.services.administration.importKey(
            key, into: site.localhost.domain, isDevelopment: false, by: "test")

        #expect(try await published().count == 2)
    }

    @Test func `each domain has its own keys`() async throws {
        let other = try await site.addDomain("other.example")

        let key = try await rotate()

        let theirs = try await site.services.discovery.jwks(of: other.domain).bytes
        #expect(try !JSON(parsing: theirs).text.contains(key.keyID))
    }

    @Test func `a sealed key that was moved to another domain does not open`() async throws {
        let other = try await site.addDomain("other.example")
        let key = try await rotate()
        let stored = try #require(
            try await site.services.store.signingKeys(of: site.localhost.domain.id).first { $0.id == key.keyID })
        try await site.services.store.insert(
            StoredSigningKey(
                id: stored.id, domain: other.domain.id, algorithm: stored.algorithm, sealedPEM: stored.sealedPEM,
                createdAt: stored.createdAt, retiresAt: nil), retiringOthersAt: site.clock.now)
        site.clock.advance(by: .minutes(2))

        await #expect(throws: CryptographyError.self) { _ = try await site.clientTokens(in: other) }
    }

    private func rotate() async throws -> SigningKey {
        try await site.services.administration.rotateKey(of: site.localhost.domain, algorithm: .rs256, by: "test")
    }

    /// The `kid` of every public key.
    private func published() async throws -> [String] {
        let document = try await site.services.discovery.jwks(of: site.localhost.domain)
        return try JSON(parsing: document.bytes)["keys"]?.array?.compactMap { $0["kid"]?.string } ?? []
    }
}
