/// A connection to one of the databases. Every query of the program stands on these acts.
///
/// A unit of work is a list of statements that are sent together, never a transaction that is handed
/// around: decisions are made inside the statements (`UPDATE … WHERE redeemed_at IS NULL RETURNING`).
///
/// Beside what each act says, all of them throw `StoreError.unavailable` when the database is out of
/// reach or closed, `StoreError.overloaded` when too many calls wait already, and `StorageError` for
/// a statement that is wrong in itself. A caller whose task is cancelled still gets its answer.
public protocol SQLDatabase: Sendable {
    /// The rows of one read, which sees everything whose write was answered before this call.
    ///
    /// For queries by key only: all callers share one lane, and a slow one delays the others.
    func rows(_ statement: Statement) async throws -> [Row]

    /// The rows of reads that may look at many rows, all from one consistent snapshot, no older than
    /// what was answered before this call. Never delays `rows` or `write`.
    ///
    /// The one act that heeds cancellation: a cancelled scan stops with `CancellationError`.
    func scan(_ statements: [Statement]) async throws -> [[Row]]

    /// The rows of reads of any size, all from one consistent snapshot, no older than what was answered before
    /// this call. Never delays `rows` or `write`, and holds a page in memory at most.
    ///
    /// Heeds cancellation, as `scan` does.
    ///
    /// - Parameter receive: gets up to `pageSize` rows and the index of their statement, statement after
    ///   statement; the next page is read when it has returned. What it throws ends the snapshot, and is thrown.
    func snapshot(
        _ statements: [Statement], pageSize: Int, _ receive: @Sendable ([Row], Int) async throws -> Void
    ) async throws

    /// Runs the statements in order as one atomic unit, and answers each one's rows once all of it is
    /// durable. Many callers share one commit; a statement that fails undoes its own unit only.
    ///
    /// - Parameter alone: not in a transaction that other units share. For a unit that changes rows which
    ///   units elsewhere change too, so that two groups on two nodes can't wait for each other.
    /// - Throws: `StoreError.conflict` or `.missing` for the first rule that a statement breaks.
    func write(_ statements: [Statement], alone: Bool) async throws -> [[Row]]

    /// Brings the schema to the end of `steps`: each missing step in its own transaction, with its
    /// number and name kept in the table `schema_version`. Safe when several processes do it at once.
    ///
    /// - Throws: `StorageError.schema` when the database has steps that are unknown here, or others.
    func migrate(_ steps: [Migration]) async throws

    /// Whether the last write was kept, as far as is known. `false` after one that failed for reasons of the
    /// database (full, read-only, locked), until the next that doesn't.
    var canWrite: Bool { get }

    /// Answers what has been asked before, then lets go of the database. Any later call is
    /// `StoreError.unavailable`.
    func close() async
}

extension SQLDatabase {
    public var canWrite: Bool { true }

    public func write(_ statements: [Statement]) async throws -> [[Row]] {
        try await write(statements, alone: false)
    }

    /// One statement as its own atomic unit.
    public func write(_ statement: Statement) async throws -> [Row] {
        try await write([statement]).first ?? []
    }

    /// One read that may look at many rows.
    public func scan(_ statement: Statement) async throws -> [Row] {
        try await scan([statement]).first ?? []
    }
}
