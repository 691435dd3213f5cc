import Cryptography
import OAuth
import TestSupport
import Testing
import Web

@testable import AuthorizationServer

@Suite("Signing in with a password")
struct SignInTests {
    let site: TestSite

    init() async throws { site = try await TestSite(failuresPerSource: 20) }

    @Test("finds the account, however the address is spelled", arguments: ["user@email.com", " USER@Email.com "])
    func spelling(_ email: String) async throws {
        #expect(try await verify(email).id == site.localhost.user.id)
    }

    @Test("says the same whatever is wrong", arguments: ["wrong password", "unknown", "junk", "deleted", "disabled"])
    func uniform(_ fault: String) async throws {
        if fault == "deleted" || fault == "disabled" {
            try await site.setUser(site.localhost.user) {
                $0.isDeleted = fault == "deleted"
                $0.isDisabled = fault == "disabled"
            }
        }
        let email =
            switch fault {
            case "unknown": "nobody@email.com"
            case "junk": "\u{0}"
            default: "user@email.com"
            }

        await #expect(throws: SignInFailure.refused) {
            try await verify(email, fault == "wrong password" ? "wrong" : TestDomain.password)
        }
    }

    @Test(
        "counts failures of an account that isn't there too, or the wait would tell",
        arguments: [
            "user@email.com", "nobody@email.com", "junk",
        ])
    func throttled(_ email: String) async throws {
        for _ in 1...5 { await #expect(throws: SignInFailure.refused) { try await verify(email, "wrong") } }

        await #expect(throws: SignInFailure.throttled(wait: .seconds(1))) { try await verify(email, "wrong") }
    }

    @Test func `counts one account under all its spellings`() async throws {
        for email in ["user@email.com", "USER@email.com", " user@email.com", "User@Email.Com", "user@email.com "] {
            await #expect(throws: SignInFailure.refused) { try await verify(email, "wrong") }
        }

        await #expect(throws: SignInFailure.throttled(wait: .seconds(1))) { try await verify("user@email.com") }
    }

    @Test func `a success clears the account's count`() async throws {
        for _ in 1...4 { await #expect(throws: SignInFailure.refused) { try await verify("user@email.com", "wrong") } }

        _ = try await verify("user@email.com")

        for _ in 1...5 { await #expect(throws: SignInFailure.refused) { try await verify("user@email.com", "wrong") } }
    }

    @Test func `of fifty guesses at once as many are tried as the rule says`() async throws {
        let answers = await withTaskGroup(of: SignInFailure?.self) { group in
            for index in 0..<50 {
                group.addTask {
                    do {
                        _ = try await verify("user@email.com", "wrong", from: "192.0.2.\(index)")
                        return nil
                    } catch { return error as? SignInFailure }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }

        #expect(answers.filter { $0 == .refused }.count == 5)
        #expect(answers.filter { $0 == .throttled(wait: .seconds(1)) }.count == 45)
    }

    @Test func `ten right passwords at once on one account all get in`() async throws {
        let users = try await withThrowingTaskGroup(of: UserID.self) { group in
            for index in 0..<10 {
                group.addTask { try await verify("user@email.com", from: "192.0.2.\(index)").id }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        #expect(users == Array(repeating: site.localhost.user.id, count: 10))
    }

    @Test func `a wrong password among right ones is one failure, and no more`() async throws {
        let refused = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<12 {
                group.addTask {
                    do {
                        _ = try await verify("user@email.com", index % 4 == 0 ? "wrong" : TestDomain.password)
                        return false
                    } catch { return error as? SignInFailure == .refused }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }

        #expect(refused.filter { $0 }.count == 3)
    }

    @Test func `whoever waited sees what was changed meanwhile`() async throws {
        let signIns = (0..<4).map { _ in
            Task { try await verify("user@email.com") }
        }
        try await site.setUser(site.localhost.user) { $0.isDisabled = true }
        for signIn in signIns { _ = await signIn.result }

        await #expect(throws: SignInFailure.refused) { try await verify("user@email.com") }
    }

    @Test func `a source that guesses at many accounts is stopped, others are not`() async throws {
        for index in 1...20 {
            await #expect(throws: SignInFailure.refused) { try await verify("user\(index)@email.com", "wrong") }
        }

        await #expect(throws: SignInFailure.throttled(wait: .minutes(10))) { try await verify("user@email.com") }
        #expect(try await verify("user@email.com", from: "198.51.100.1").id == site.localhost.user.id)
    }

    @Test func `replaces a cheaper digest now that the password is at hand`() async throws {
        let cheap = try PasswordDigest.make("developer", cost: Argon2Cost(memoryKiB: 8, iterations: 1, parallelism: 1))
        try await site.services.store.setPassword(cheap, of: site.localhost.user.id, at: site.clock.now)
        let lane = HashingLane(cost: Argon2Cost(memoryKiB: 16, iterations: 1, parallelism: 1), threads: 1)
        defer { lane.close() }
        let signIn = try SignIn(
            store: site.services.store, lane: lane, clock: site.clock.wall, failuresPerSource: 0,
            logger: site.services.site.logger)

        _ = try await signIn.verify(
            email: "user@email.com", password: Secret("developer"), in: site.localhost.domain, from: "192.0.2.1")

        let digest = try await site.services.store.user(id: site.localhost.user.id)?.passwordDigest
        #expect(digest?.contains("m=16") == true)
        #expect(try await verify("user@email.com").id == site.localhost.user.id)
    }

    @Test func `a busy lane costs nobody an attempt`() async throws {
        let full = HashingLane(cost: TestSite.hashingCost, threads: 1, queueLimit: 1, longestWait: .zero)
        defer { full.close() }
        let signIn = try SignIn(
            store: site.services.store, lane: full, clock: site.clock.wall, failuresPerSource: 0,
            logger: site.services.site.logger)

        for _ in 1...10 {
            await #expect(throws: StoreError.overloaded) {
                try await signIn.verify(
                    email: "user@email.com", password: Secret("x"), in: site.localhost.domain, from: "192.0.2.1")
            }
        }

        #expect(try await verify("user@email.com").id == site.localhost.user.id)
    }

    @Test(
        "IPv6 is counted by its /64, and an IPv4 address as itself",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"), ("2001:db8:1:2::", "2001:db8:1:2"),
            ("2001:db8:1:2::9", "2001:db8:1:2"), ("2001:db8::1", "2001:db8:0:0"), ("::1", "0:0:0:0"),
            ("::", "0:0:0:0"), ("2001:db8:0:0:1::", "2001:db8:0:0"), ("::ffff:192.0.2.1", "192.0.2.1"),
            ("unknown", "unknown"),
        ])
    func source(address: String, counted: String) {
        #expect(SourceAddress.counted(address) == counted)
    }

    private func verify(_ email: String, _ password: String = TestDomain.password, from address: String = "192.0.2.1")
        async throws -> User
    {
        try await site.services.signIn.verify(
            email: email, password: Secret(password), in: site.localhost.domain, from: address)
    }
}
