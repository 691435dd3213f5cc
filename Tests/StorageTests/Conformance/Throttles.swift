import AuthorizationServer
import OAuth
import Testing

extension StoreConformance {
    @Suite("about throttling sign-ins")
    struct Throttles {
        private let attempt = SignInAttempt(account: "una", source: "192.0.2.1", sourceLimit: 0)

        @Test("four failures cost nothing, the fifth a second", arguments: Backend.available)
        func fifth(_ backend: Backend) async throws {
            let store = try await Stage(backend).store
            for _ in 1...5 { #expect(try await store.book(attempt, at: Stage.now) == .allowed) }

            #expect(try await store.book(attempt, at: Stage.now) == .refused(until: Stage.now + .seconds(1)))
            #expect(try await store.book(attempt, at: Stage.now + .seconds(1)) == .allowed)
        }

        @Test(
            "the wait doubles up to a minute, and is a quarter of an hour from the fiftieth, a day from the hundredth",
            arguments: Backend.available)
        func growth(_ backend: Backend) async throws {
            let store = try await Stage(backend).store
            var now = Stage.now
            var waits: [Int64] = []
            while waits.count <= 100 {
                switch try await store.book(attempt, at: now) {
                case .allowed: waits.append(0)
                case .refused(let until):
                    waits[waits.count - 1] = (until - now).wholeSeconds
                    now = until
                }
            }

            // The day within which failures count has not passed before the hundredth.
            #expect(waits.prefix(12) == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60])
            #expect(waits[48] == 60)
            #expect(waits[49] == 900)
            #expect(waits[98] == 900)
            #expect(waits[99] == 86_400)
        }

        @Test("of fifty bookings at once, as many are allowed as the rule says", arguments: Backend.available)
        func race(_ backend: Backend) async throws {
            let store = try await Stage(backend).store
            let attempt = attempt

            let answers = try await atOnce(50) { _ in try await store.book(attempt, at: Stage.now) }

            #expect(answers.filter { $0 == .allowed }.count == 5)
            #expect(Set(answers.map { "\($0)" }).count == 2, "all others wait the same second")
        }

        @Test("a source has so many failures in ten minutes, whatever the accounts", arguments: Backend.available)
        func source(_ backend: Backend) async throws {
            let store = try await Stage(backend).store
            func book(_ account: String, from source: String = "192.0.2.1", after wait: Duration = .zero) async throws
                -> Booking
            {
                try await store.book(
                    SignInAttempt(account: account, source: source, sourceLimit: 3), at: Stage.now + wait)
            }
            for account in ["a", "b", "c"] { #expect(try await book(account) == .allowed) }

            #expect(try await book("d") == .refused(until: Stage.now + .minutes(10)))
            #expect(try await book("d", from: "192.0.2.2") == .allowed)
            #expect(try await book("d", after: .minutes(10)) == .allowed)
        }

        @Test("a source that is refused does not lock an account", arguments: Backend.available)
        func refusedSource(_ backend: Backend) async throws {
            let store = try await Stage(backend).store
            let limited = SignInAttempt(account: "una", source: "192.0.2.1", sourceLimit: 1)
            _ = try await store.book(limited, at: Stage.now)

            for _ in 1...20 { _ = try await store.book(limited, at: Stage.now) }

            let elsewhere = SignInAttempt(account: "una", source: "192.0.2.9", sourceLimit: 1)
            #expect(try await store.book(elsewhere, at: Stage.now) == .allowed)
        }

        @Test(
            "a success starts the account's count anew and takes its booking of the source back",
            arguments: Backend.available)
        func release(_ backend: Backend) async throws {
            let store = try await Stage(backend).store
            let attempt = SignInAttempt(account: "una", source: "192.0.2.1", sourceLimit: 5)
            for _ in 1...5 { _ = try await store.book(attempt, at: Stage.now) }

            try await store.release(attempt)

            #expect(try await store.book(attempt, at: Stage.now) == .allowed)
            #expect(try await store.book(attempt, at: Stage.now) == .refused(until: Stage.now + .minutes(10)))
        }

        @Test("an attempt that nobody decided is not counted", arguments: Backend.available)
        func withdraw(_ backend: Backend) async throws {
            let store = try await Stage(backend).store
            for _ in 1...4 { _ = try await store.book(attempt, at: Stage.now) }

            for _ in 1...10 {
                #expect(try await store.book(attempt, at: Stage.now) == .allowed)
                try await store.withdraw(attempt)
            }

            #expect(try await store.book(attempt, at: Stage.now) == .allowed)
            #expect(try await store.book(attempt, at: Stage.now) != .allowed, "the four before it still count")
        }

        @Test("an account's failures are forgotten after a day", arguments: Backend.available)
        func forgotten(_ backend: Backend) async throws {
            let store = try await Stage(backend).store
            for _ in 1...5 { _ = try await store.book(attempt, at: Stage.now) }

            for _ in 1...5 { #expect(try await store.book(attempt, at: Stage.now + .days(1)) == .allowed) }
        }

        @Test("a clock that was set back blocks an account for no longer than meant", arguments: Backend.available)
        func accountAfterClock(_ backend: Backend) async throws {
            let store = try await Stage(backend).store
            let ahead = Stage.now + .hours(1)
            for _ in 1...5 { #expect(try await store.book(attempt, at: ahead) == .allowed) }
            #expect(try await store.book(attempt, at: ahead) == .refused(until: ahead + .seconds(1)))

            #expect(try await store.book(attempt, at: Stage.now) == .allowed)

            #expect(
                try await store.book(attempt, at: Stage.now) == .refused(until: Stage.now + .seconds(2)),
                "the failures still count")
        }

        @Test("a clock that was set back blocks a source for no longer than meant", arguments: Backend.available)
        func sourceAfterClock(_ backend: Backend) async throws {
            let store = try await Stage(backend).store
            let attempt = SignInAttempt(account: "una", source: "192.0.2.1", sourceLimit: 1)
            let other = SignInAttempt(account: "ben", source: "192.0.2.1", sourceLimit: 1)
            #expect(try await store.book(attempt, at: Stage.now + .hours(1)) == .allowed)

            #expect(try await store.book(other, at: Stage.now) == .allowed)

            #expect(try await store.book(other, at: Stage.now) == .refused(until: Stage.now + .minutes(10)))
        }

        @Test("nodes whose clocks differ by less than a minute count as one", arguments: Backend.available)
        func skew(_ backend: Backend) async throws {
            let store = try await Stage(backend).store
            let ahead = Stage.now + .seconds(45)
            for _ in 1...5 { #expect(try await store.book(attempt, at: ahead) == .allowed) }

            #expect(try await store.book(attempt, at: Stage.now) == .refused(until: ahead + .seconds(1)))
        }

        @Test("a booking that is purged is not one that was renewed meanwhile", arguments: Backend.available)
        func purging(_ backend: Backend) async throws {
            let store = try await Stage(backend).store
            let later = Stage.now + .days(2)
            for round in 0..<50 {
                let attempt = SignInAttempt(account: "\(round)", source: "\(round)", sourceLimit: 1)
                #expect(try await store.book(attempt, at: Stage.now) == .allowed)

                async let purging = store.purge(endedBefore: later, limit: 100)
                #expect(try await store.book(attempt, at: later) == .allowed)
                _ = try await purging

                #expect(try await store.book(attempt, at: later) == .refused(until: later + .minutes(10)))
            }
        }
    }
}
