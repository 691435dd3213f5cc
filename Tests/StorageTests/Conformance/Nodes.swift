import AuthorizationServer
import OAuth
import Testing

extension StoreConformance {
    @Suite("about nodes that share it")
    struct Nodes {
        @Test("a task has one holder at a time, who may go on", arguments: Backend.available)
        func lease(_ backend: Backend) async throws {
            let store = try await Stage(backend).store
            func lease(_ holder: String, after wait: Duration = .zero) async throws -> Bool {
                let now = Stage.now + wait
                return try await store.lease("purge", to: holder, until: now + .seconds(90), at: now)
            }
            #expect(try await lease("one"))

            #expect(try await !lease("two"))
            #expect(try await lease("one", after: .seconds(60)))
            #expect(try await !lease("two", after: .seconds(149)))
            #expect(try await lease("two", after: .seconds(150)))
        }

        @Test("of fifty who ask for a task at once, one has it", arguments: Backend.available)
        func race(_ backend: Backend) async throws {
            let store = try await Stage(backend).store

            let answers = try await atOnce(50) { index in
                try await store.lease("purge", to: "\(index)", until: Stage.now + .seconds(90), at: Stage.now)
            }

            #expect(answers.filter { $0 }.count == 1)
        }

        @Test("a task that was given before the clock was set back is free", arguments: Backend.available)
        func clock(_ backend: Backend) async throws {
            let store = try await Stage(backend).store
            let ahead = Stage.now + .hours(1)
            #expect(try await store.lease("purge", to: "one", until: ahead + .seconds(90), at: ahead))

            #expect(try await store.lease("purge", to: "two", until: Stage.now + .seconds(90), at: Stage.now))
        }

        @Test("of fifty who settle something at once, all get the same", arguments: Backend.available)
        func settle(_ backend: Backend) async throws {
            let store = try await Stage(backend).store

            let answers = try await atOnce(50) { try await store.settle("name", "\($0)") }

            #expect(Set(answers).count == 1)
            #expect(try await store.settle("name", "late") == answers.first)
        }
    }
}
