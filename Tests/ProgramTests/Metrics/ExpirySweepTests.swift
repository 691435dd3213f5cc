import AuthorizationServer
import Logging
import OAuth
import Storage
import TestSupport
import Testing

@testable import gatehouse

@Suite("Deleting what has expired")
struct ExpirySweepTests {
    @Test func `one node at a time does it, and another one when that is gone`() async throws {
        let site = try await TestSite()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let nodes = ["one", "two"].map {
            ExpirySweep(store: site.store, clock: site.clock.wall, node: $0, logger: logger)
        }
        try await site.store.save(
            setupLink: "digest", domain: site.localhost.domain.id, expiresAt: site.clock.now + .seconds(1))
        site.clock.advance(by: .minutes(1))

        #expect(try await nodes[0].sweep() == 1)
        #expect(try await nodes[1].sweep() == nil)
        site.clock.advance(by: .minutes(1))
        #expect(try await nodes[0].sweep() == 0)
        #expect(try await nodes[1].sweep() == nil)

        site.clock.advance(by: .minutes(3))
        #expect(try await nodes[1].sweep() == 0)
        #expect(try await nodes[0].sweep() == nil)
    }
}
