import OAuth

extension UserStore {
    /// Does for a user whose password was checked what may only be done while it is still theirs. A sign-out in
    /// between, which ends everything from before it, is no reason to refuse what comes after it.
    ///
    /// - Parameter act: answers `false`, having done nothing, when the user is no longer as given.
    /// - Returns: the user as of the act; `nil` when they were shut out or given another password, so that nothing
    ///   was done.
    func stillChecked(_ user: User, _ act: (User) async throws -> Bool) async throws -> User? {
        var user = user
        for _ in 0..<5 {
            if try await act(user) { return user }
            guard let current = try await self.user(id: user.id), current.isActive,
                current.passwordDigest == user.passwordDigest
            else { return nil }
            user = current
        }
        throw StoreError.overloaded
    }
}
