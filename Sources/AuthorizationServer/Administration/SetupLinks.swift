public import OAuth

extension Administration {
    /// How long the one-time link to the administrator's password is good.
    public static let setupLinkLifetime: Duration = .hours(1)

    /// The secret of a new one-time link, by which one person becomes an administrator of the domain.
    public func createSetupLink(for domain: Domain) async throws -> Secret {
        let secret = generate.secret()
        try await store.save(
            setupLink: secret.digest, domain: domain.id, expiresAt: clock.now() + Self.setupLinkLifetime)
        return secret
    }

    /// Whether the link may still be used in this domain.
    public func isUsable(setupLink secret: Secret, in domain: Domain) async throws -> Bool {
        guard secret.exposed.utf8.count <= 128 else { return false }
        return try await store.setupLink(digest: secret.digest, at: clock.now()) == domain.id
    }

    /// Uses the link up: whoever has this e-mail address is now an administrator with this password.
    ///
    /// - Returns: `nil` when the link is unknown, too old, or used.
    /// - Throws: `ValidationFailure`.
    public func redeem(setupLink secret: Secret, email typed: String, name: String, password: Secret, in domain: Domain)
        async throws -> User?
    {
        guard try await isUsable(setupLink: secret, in: domain) else { return nil }
        guard let email = EmailAddress(typed) else { throw ValidationFailure("email", "must be an e-mail address") }
        let now = clock.now()
        var user = User(
            id: UserID(identifier("user")), domain: domain.id, email: email, name: name.isEmpty ? email.text : name,
            createdAt: now)
        user.permissions = .administrator
        var faults = Faults()
        faults.check("name", user.name, required: true)
        try faults.verify()
        if let fault = PasswordPolicy.fault(in: password, for: user, in: domain) {
            throw ValidationFailure("password", fault)
        }
        user.passwordDigest = try await lane.digest(of: password, for: domain.id)
        guard try await store.redeem(setupLink: secret.digest, for: user, at: now) else { return nil }
        let stored = try await store.user(email: email, in: domain.id)
        try await conclude("became administrator by the setup link", of: email.text, in: domain.id, by: email.text)
        return stored
    }
}
