public import OAuth

/// What to set of a user; `nil` leaves it as it is. Nothing here comes from a person without an
/// administrator's rights but what `profile` and `name` say.
public struct UserDraft: Sendable {
    public var email: String?
    public var name: String?
    /// Blank: none.
    public var loginName: String?
    /// Blank: none.
    public var staffID: String?
    public var groups: [String]?
    public var isAdministrator: Bool?
    public var isSupport: Bool?
    public var isServiceAccount: Bool?
    public var isDisabled: Bool?
    public var isDeleted: Bool?
    /// Members to set among PlaceOS's other fields.
    public var profile: [JSON.Member] = []
    public var password: Secret?
    /// An administrator's explicit wish, for test sites: the password policy is not applied.
    public var allowsWeakPassword = false

    public init() {}
}

extension Administration {
    /// - Throws: `ValidationFailure`; `StoreError.overloaded` when the hashing lane is full.
    public func createUser(_ draft: UserDraft, in domain: Domain, by actor: String) async throws -> User {
        guard let email = draft.email.flatMap(EmailAddress.init) else {
            throw ValidationFailure("email", "must be an e-mail address")
        }
        var user = User(
            id: UserID(identifier("user")), domain: domain.id, email: email, name: draft.name ?? email.text,
            createdAt: clock.now())
        try apply(draft, to: &user)
        if let password = draft.password {
            user.passwordDigest = try await digest(
                of: password, for: user, in: domain, allowsWeak: draft.allowsWeakPassword)
        }
        do { try await store.insert(user) } catch StoreError.conflict(let rule) { throw taken(rule) }
        try await conclude("created user", of: user.id.text, in: domain.id, by: actor)
        return user
    }

    /// - Throws: `ValidationFailure`, `LastAdministrator`.
    public func updateUser(_ user: User, _ draft: UserDraft, in domain: Domain, by actor: String) async throws -> User {
        let user = try await change(user) { try apply(draft, to: &$0) }
        if let password = draft.password {
            try await setPassword(password, of: user, in: domain, allowsWeak: draft.allowsWeakPassword, by: actor)
        }
        try await conclude("updated user", of: user.id.text, in: user.domain, by: actor)
        return user
    }

    /// Ends the user's sessions and tokens with the old password.
    public func setPassword(_ password: Secret, of user: User, in domain: Domain, allowsWeak: Bool, by actor: String)
        async throws
    {
        let digest = try await digest(of: password, for: user, in: domain, allowsWeak: allowsWeak)
        try await store.setPassword(digest, of: user.id, at: clock.now())
        try await conclude("set the password of user", of: user.id.text, in: user.domain, by: actor)
    }

    /// Removes the row, or keeps it marked as deleted where the domain says so.
    ///
    /// - Throws: `LastAdministrator`.
    public func deleteUser(_ user: User, in domain: Domain, force: Bool, by actor: String) async throws {
        if domain.deletesSoftly && !force {
            _ = try await change(user) { $0.isDeleted = true }
        } else {
            guard try await store.delete(user: user.id) else { throw LastAdministrator() }
        }
        try await conclude("deleted user", of: user.id.text, in: user.domain, by: actor)
    }

    private func digest(of password: Secret, for user: User, in domain: Domain, allowsWeak: Bool) async throws -> String
    {
        let fault =
            allowsWeak
            ? PasswordPolicy.unusable(password.exposed)
            : PasswordPolicy.fault(in: password, for: user, in: domain)
        if let fault { throw ValidationFailure("password", fault) }
        return try await lane.digest(of: password, for: domain.id)
    }

    /// Saves a change of the row as it is now, whoever else changes it at the same time.
    private func change(_ user: User, _ act: (inout User) throws -> Void) async throws -> User {
        try await retryingWhenStale { isFirst in
            var changed = user
            if !isFirst {
                guard let current = try await store.user(id: user.id) else { throw StoreError.missing }
                changed = current
            }
            try act(&changed)
            changed.updatedAt = clock.now()
            do {
                guard try await store.update(changed) else { throw LastAdministrator() }
            } catch StoreError.conflict(let rule) { throw taken(rule) }
            changed.revision += 1
            return changed
        }
    }

    private func taken(_ rule: String) -> ValidationFailure {
        if rule.contains("login_name") { return ValidationFailure("login_name", "is taken") }
        if rule.contains("staff_id") { return ValidationFailure("staff_id", "is taken") }
        return ValidationFailure("email", "is taken")
    }

    private func apply(_ draft: UserDraft, to user: inout User) throws(ValidationFailure) {
        if let value = draft.name { user.name = value }
        if let value = draft.loginName { user.loginName = value.isEmpty ? nil : value }
        if let value = draft.staffID { user.staffID = value.isEmpty ? nil : value }
        if let value = draft.groups { user.groups = value }
        if let value = draft.isAdministrator { user.permissions.set(.administrator, to: value) }
        if let value = draft.isSupport { user.permissions.set(.support, to: value) }
        if let value = draft.isServiceAccount { user.isServiceAccount = value }
        if let value = draft.isDisabled { user.isDisabled = value }
        if let value = draft.isDeleted { user.isDeleted = value }
        for member in draft.profile { user.profile = user.profile.setting(member.name, to: member.value) }

        var faults = Faults()
        faults.check("name", user.name, required: true)
        faults.check("login_name", user.loginName)
        faults.check("staff_id", user.staffID)
        if user.groups.count > 200 || user.groups.contains(where: { $0.utf8.count > 255 }) {
            faults.add("groups", "has more than 200 entries, or one longer than 255 bytes")
        }
        if user.profile.bytes.count > 32_768 { faults.add("misc", "and the other fields together are over 32 KiB") }
        try faults.verify()
    }
}

extension Permissions {
    fileprivate mutating func set(_ level: Permissions, to value: Bool) {
        if value { insert(level) } else { remove(level) }
    }
}
