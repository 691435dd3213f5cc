import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuth
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Web

@Suite("Readiness")
struct ReadinessTests {
    /// A store that does as it is told.
    private final class Store: Sendable {
        let canRead = Mutex(true)
        let canWrite = Mutex(true)
        let lastCommitFailed = Mutex(false)
        let reads = Mutex(0)

        func readiness() -> Readiness {
            Readiness(
                read: {
                    self.reads.withLock { $0 += 1 }
                    if !self.canRead.withLock({ $0 }) { throw StoreError.unavailable("test") }
                },
                canWrite: { !self.lastCommitFailed.withLock { $0 } },
                write: {
                    if !self.canWrite.withLock({ $0 }) { throw StoreError.unavailable("test") }
                    self.lastCommitFailed.withLock { $0 = false }
                })
        }
    }

    private let store = Store()

    @Test func `is there while the store reads and its last commit was good`() async throws {
        let readiness = store.readiness()

        #expect(await readiness.faults() == [])
        let answer = await readiness.answer()
        #expect(answer.status == .ok)
    }

    @Test func `is gone while the store does not read`() async throws {
        let readiness = store.readiness()
        store.canRead.withLock { $0 = false }

        #expect(await readiness.faults() == [.store])
        #expect(await readiness.answer().status == .serviceUnavailable)
        #expect(await readiness.answer().headers[.retryAfter] == "5")

        store.canRead.withLock { $0 = true }
        #expect(await readiness.faults() == [])
    }

    @Test func `is gone after a failed commit, and comes back by itself when a write succeeds`() async throws {
        let readiness = store.readiness()
        store.lastCommitFailed.withLock { $0 = true }
        store.canWrite.withLock { $0 = false }

        #expect(await readiness.faults() == [.writes])
        #expect(await readiness.faults() == [.writes])

        store.canWrite.withLock { $0 = true }
        #expect(await readiness.faults() == [])
    }

    @Test func `is gone as soon as the server is about to stop, and asks nobody any more`() async throws {
        let readiness = store.readiness()

        readiness.drain()

        #expect(await readiness.faults() == [.draining])
        #expect(store.reads.withLock { $0 } == 0)
    }

    @Test func `does not wait for a store that does not answer, and asks it once`() async throws {
        let (answers, answer) = AsyncStream.makeStream(of: Void.self)
        let readiness = Readiness(
            read: { [store] in
                store.reads.withLock { $0 += 1 }
                for await _ in answers { break }
            }, canWrite: { true }, write: {}, patience: .milliseconds(20))

        for _ in 1...3 { #expect(await readiness.faults() == [.store]) }
        #expect(store.reads.withLock { $0 } == 1)

        answer.finish()
        for _ in 0..<500 where await readiness.faults() != [] { try await Task.sleep(for: .milliseconds(10)) }
        #expect(await readiness.faults() == [])
    }

    @Test func `is what readyz says, and healthz does not ask`() async throws {
        let site = try await TestSite()
        let server = TestServer(site)
        #expect(try await server.get("/auth/readyz").json["status"] == "ready")

        site.services.readiness.drain()
        let answer = try await server.get("/auth/readyz")
        #expect(answer.status == .serviceUnavailable)
        #expect(try answer.json["failing"] == ["draining"])

        await site.store.close()
        #expect(try await server.get("/auth/healthz").status == .ok)
    }
}
