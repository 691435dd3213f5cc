/// Why a store did not do what it was asked. Whatever the case, nothing of the refused unit of work
/// was kept, except as `unavailable` says.
public enum StoreError: Error, Sendable, Equatable {
    /// A rule of uniqueness was broken; the text names it by its columns
    /// (`user_account.domain_id, user_account.login_name`) and holds no value.
    case conflict(String)

    /// Something referred to does not exist, or something that still is referred to was to go.
    case missing

    /// Somebody else changed the row since it was read: read it again and decide anew.
    case stale

    /// Too much is waiting already: nothing was tried (HTTP 503 with `Retry-After`).
    case overloaded

    /// The database is out of reach, locked, full, read-only or damaged. What was to be written has
    /// not been kept as far as can be known; when it matters, read again instead of guessing.
    case unavailable(String)
}
