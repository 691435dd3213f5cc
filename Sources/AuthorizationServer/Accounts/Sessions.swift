import Cryptography
public import OAuth

/// Browser sessions: started by a sign-in, found by the cookie's digest, ended by a sign-out.
public struct Sessions: Sendable {
    private let store: any SessionStore & UserStore
    private let generate: TokenGenerator
    private let clock: WallClock

    public init(store: any SessionStore & UserStore, generate: TokenGenerator, clock: WallClock) {
        self.store = store
        self.generate = generate
        self.clock = clock
    }

    /// A new session with a fresh secret, whatever cookie the browser had before: a fixed one is worthless.
    ///
    /// - Throws: `SignInFailure.refused` when the user was shut out, or given another password, since it was checked.
    public func start(for user: User, in domain: Domain, userAgent: String, from address: String) async throws
        -> StartedSession
    {
        let secret = generate.secret()
        let now = clock.now()
        let session = Session(
            digest: secret.digest, domain: domain.id, user: user.id, authenticatedAt: now,
            expiresAt: now + domain.sessionLength, userAgent: String(userAgent.prefix(256)), address: address)
        let event = Event(domain: domain.id, at: now, kind: .signedIn, actor: user.id.text, address: address)
        do {
            let current = try await store.stillChecked(user) {
                try await store.start(session, generation: $0.generation, recording: event)
            }
            guard current != nil else { throw SignInFailure.refused }
        } catch StoreError.missing { throw SignInFailure.refused }
        return StartedSession(secret: secret, lifetime: domain.sessionLength)
    }

    /// Who is signed in; `nil` for a cookie that is junk, too old, signed out, or another domain's.
    public func find(_ cookie: String?, in domain: Domain) async throws -> SignedIn? {
        guard let cookie, cookie.utf8.count == 43 else { return nil }
        let secret = Secret(cookie)
        guard let (session, user) = try await store.session(digest: secret.digest, at: clock.now()),
            session.domain == domain.id, user.isActive
        else { return nil }
        return SignedIn(session: session, user: user, formToken: Self.formToken(secret))
    }

    /// Forgets one browser's session, because it starts another.
    public func replace(_ signedIn: SignedIn) async throws { try await store.end(session: signedIn.session.digest) }

    /// Signs the user out of every session, as PlaceOS does.
    public func end(_ signedIn: SignedIn, from address: String) async throws {
        let now = clock.now()
        try await store.signOut(
            signedIn.user.id, session: signedIn.session.digest, at: now,
            recording: Event(
                domain: signedIn.session.domain, at: now, kind: .signedOut, actor: signedIn.user.id.text,
                address: address))
    }

    /// A form's proof that this server made it for this session: only who holds the cookie can compute it.
    private static func formToken(_ secret: Secret) -> Secret {
        Secret(Digests.sha256Base64URL("form:" + secret.exposed))
    }
}

public struct StartedSession: Sendable {
    /// The cookie's value.
    public let secret: Secret
    public let lifetime: Duration
}

public struct SignedIn: Sendable {
    public let session: Session
    public let user: User
    public let formToken: Secret
}
