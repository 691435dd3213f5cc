/// What caches go by: an entry is kept beside the count from before it was read, and is worth something
/// only as long as the count is the same.
public protocol ChangeCounts: Sendable {
    /// Moves on when a domain, client or key is changed: before the change is answered where it is made, and
    /// on other nodes as soon as a notification has arrived. `nil` while none can arrive: then read anew.
    var changes: UInt64? { get }

    /// Both counts, as of this call: what was changed or ended anywhere before it is counted. Not to be
    /// compared with `changes`, which may count from elsewhere.
    ///
    /// - Throws: `StoreError`, when that can't be known.
    func counts() async throws -> ChangeCount
}

public struct ChangeCount: Sendable, Hashable {
    /// Domains, clients and keys.
    public let changes: UInt64
    /// Whatever a token may have come from, users and API keys.
    public let endings: UInt64

    public init(changes: UInt64, endings: UInt64) {
        self.changes = changes
        self.endings = endings
    }
}
