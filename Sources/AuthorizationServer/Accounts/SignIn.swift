import Cryptography
public import Logging
public import OAuth

/// Why somebody was not signed in. Which account, and whether there is one, is never part of it.
public enum SignInFailure: Error, Sendable, Equatable {
    case refused
    /// Too many attempts; another one is worth making after `wait`.
    case throttled(wait: Duration)
}

/// Checks an e-mail address and a password, at the sign-in page and for the password grant alike.
public struct SignIn: Sendable {
    private let store: any UserStore & ThrottleStore & EventStore
    private let lane: HashingLane
    private let clock: WallClock
    private let failuresPerSource: Int64
    private let logger: Logger
    private let turns: AccountTurns
    private let metrics = SignInMetrics()
    /// What a password is compared with when there is no account, so that both take the same time.
    private let decoy: String

    /// - Parameter failuresPerSource: in ten minutes; zero: any number.
    public init(
        store: any UserStore & ThrottleStore & EventStore, lane: HashingLane, clock: WallClock,
        failuresPerSource: Int64,
        logger: Logger
    ) throws {
        self.store = store
        self.lane = lane
        turns = AccountTurns(longestWait: lane.longestWait)
        self.clock = clock
        self.failuresPerSource = failuresPerSource
        self.logger = logger
        decoy = try PasswordDigest.make(SecureRandom.token(bytes: 16), cost: lane.cost)
    }

    /// - Parameter address: where the attempt comes from, for counting.
    /// - Throws: `SignInFailure`; `StoreError.overloaded` when the hashing lane is full, or too many attempts
    ///   on the account are under way.
    public func verify(email typed: String, password: Secret, in domain: Domain, from address: String) async throws
        -> User
    {
        do {
            let user = try await check(typed, password, in: domain, from: address)
            metrics.countSuccess()
            return user
        } catch {
            metrics.count(error)
            throw error
        }
    }

    private func check(_ typed: String, _ password: Secret, in domain: Domain, from address: String) async throws
        -> User
    {
        let email = EmailAddress(typed)
        var user: User? = if let email { try await store.user(email: email, in: domain.id) } else { nil }
        let attempt = SignInAttempt(
            account: user?.id.text ?? "\(domain.id.text):\(email?.digest ?? Digests.md5Hex(typed))",
            source: SourceAddress.counted(address), sourceLimit: failuresPerSource)

        let hasWaited = try await turns.take(attempt.account)
        defer { turns.pass(attempt.account) }
        if hasWaited, let id = user?.id { user = try await store.user(id: id) }
        return try await check(user, password, attempt, in: domain, from: address)
    }

    private func check(
        _ user: User?, _ password: Secret, _ attempt: SignInAttempt, in domain: Domain, from address: String
    ) async throws -> User {
        // Booked before hashing: counting failures afterwards lets parallel guesses through.
        let now = clock.now()
        if case .refused(let until) = try await store.book(attempt, at: now) {
            throw SignInFailure.throttled(wait: max(until - now, .seconds(1)))
        }

        let digest = user.flatMap { $0.isActive ? $0.passwordDigest : nil }
        let isRight: Bool
        do {
            isRight = try await lane.verifies(password, against: digest ?? decoy, for: domain.id)
        } catch {
            try await store.withdraw(attempt)
            throw error
        }
        guard isRight, let user, let digest else {
            try await store.record(
                Event(
                    domain: domain.id, at: now, kind: .signInRefused, subject: attempt.account, address: address))
            throw SignInFailure.refused
        }
        try await store.release(attempt)
        await upgrade(digest, of: user, password: password)
        return user
    }

    /// Replaces an imported or a cheaper digest now that the password is at hand. The sign-in doesn't
    /// depend on it: a busy lane leaves it for the next time.
    private func upgrade(_ digest: String, of user: User, password: Secret) async {
        guard PasswordDigest.needsUpgrade(digest, to: lane.cost) else { return }
        do {
            try await store.upgrade(digest, to: lane.digest(of: password, for: user.domain), of: user.id)
        } catch {
            logger.warning("A password digest was not upgraded.", metadata: ["error": "\(error)"])
        }
    }
}

/// The part of a network address that attempts are counted by.
enum SourceAddress {
    /// IPv6 by its /64, since one machine has all of it.
    static func counted(_ address: String) -> String {
        guard address.contains(":") else { return address }
        // An IPv4 address in the dress of IPv6 (RFC 4291 §2.5.5.2), or all of them would count as one.
        if address.lowercased().hasPrefix("::ffff:"), let last = address.split(separator: ":").last, last.contains(".")
        {
            return String(last)
        }
        let halves = address.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        let head = halves[0].split(separator: ":")
        guard halves.count == 2, head.count < 4 else { return head.prefix(4).joined(separator: ":") }
        let tail = halves[1].split(separator: ":")
        let zeros = max(0, 8 - head.count - tail.count)
        let groups = head + Array(repeating: "0", count: zeros) + tail
        return groups.prefix(4).joined(separator: ":")
    }
}
