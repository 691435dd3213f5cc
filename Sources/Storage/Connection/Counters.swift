public import AuthorizationServer

/// How a store learns that somebody changed what is kept in memory, in this process or another, on this
/// node or another.
public struct Counters: Sendable {
    /// `ChangeCounts.changes`.
    public let changes: @Sendable () -> UInt64?
    /// `ChangeCounts.counts()`.
    public let counts: @Sendable () async throws -> ChangeCount
    /// Told after a unit that counted up the one or the other was committed, or may have been.
    public let announceChange: @Sendable () -> Void
    public let announceEnding: @Sendable () -> Void

    public init(
        changes: @escaping @Sendable () -> UInt64?, counts: @escaping @Sendable () async throws -> ChangeCount,
        announceChange: @escaping @Sendable () -> Void, announceEnding: @escaping @Sendable () -> Void
    ) {
        self.changes = changes
        self.counts = counts
        self.announceChange = announceChange
        self.announceEnding = announceEnding
    }

    /// Of two counts in memory that all who use the database share.
    public static func inMemory(
        changes: ChangeCounter = .inProcess(), endings: ChangeCounter = .inProcess()
    ) -> Counters {
        Counters(
            changes: changes.current,
            counts: { ChangeCount(changes: changes.current(), endings: endings.current()) },
            announceChange: changes.announce, announceEnding: endings.announce)
    }
}
