import AuthorizationServer
import Dispatch
import GRDB
public import Storage
import Synchronization

/// A database in one SQLite file, or in memory.
///
/// One connection writes, two read by key, a few scan. Writes are durable when they are answered
/// (WAL, `synchronous = FULL`). Several processes may have the file open at once.
public final class SQLiteDatabase: SQLDatabase {
    public struct Options: Sendable {
        /// How many calls may wait in each lane before `StoreError.overloaded`.
        public var waiting = 4_096
        /// How many units share a commit, and how many reads a snapshot, at most.
        public var group = 512
        /// How long to wait for another process that is writing.
        public var busyTimeout = Duration.seconds(5)
        /// The size the journal may keep, in bytes.
        var journalLimit: Int64 = 64 << 20

        public init() {}
    }

    private let writer: Writer
    private let writes: WriteLane
    /// `nil` for a database in memory, whose one connection does everything.
    private let readers: Readers?
    private let reads: ReadLane
    private let scanners: any DatabaseReader
    /// Opens a connection for one snapshot; `nil` for a database in memory.
    private let openForSnapshot: (@Sendable () throws -> DatabaseQueue)?

    /// What runs beside the lanes, and when it has to end.
    private let besides = DispatchGroup()
    private let closing = Mutex<Task<Void, Never>?>(nil)

    /// Opens the database at a path, and creates it when nothing is there. `:memory:` is an empty
    /// database of its own that is gone when it is closed.
    ///
    /// - Throws: `StorageError.cannotOpen` for what is not an SQLite file, or a damaged one.
    public init(path: String, options: Options = Options()) throws {
        if path == ":memory:" {
            let connection = try openMemory(options)
            scanners = connection
            writer = Writer(inMemory: connection)
            readers = nil
            reads = ReadLane(limit: options.waiting, group: options.group) { connection.unsafeRead($0) }
            openForSnapshot = nil
        } else {
            let file = try SQLiteFile(preparing: path)
            writer = try Writer(file, options)
            let readers = try Readers(file, options)
            self.readers = readers
            scanners = try openScanners(file, options)
            reads = ReadLane(limit: options.waiting, group: options.group, use: readers.use)
            openForSnapshot = { try openReader(file, options, cacheKiB: 2_048) }
        }
        writes = WriteLane(writer, limit: options.waiting, group: options.group)
    }

    public func rows(_ statement: Storage.Statement) async throws -> [Storage.Row] {
        if let rows = try readers?.rows(statement) { return rows }
        return try await reads.answer(to: statement)
    }

    /// There is one writer, so no two units ever wait for each other.
    public func write(_ statements: [Storage.Statement], alone: Bool) async throws -> [[Storage.Row]] {
        try await writes.answer(to: statements)
    }

    public func scan(_ statements: [Storage.Statement]) async throws -> [[Storage.Row]] {
        try await beside {
            try await scanners.read { database in try statements.map(database.read) }
        }
    }

    public func snapshot(
        _ statements: [Storage.Statement], pageSize: Int,
        _ receive: @Sendable ([Storage.Row], Int) async throws -> Void
    ) async throws {
        let size = max(pageSize, 1)
        guard let openForSnapshot else {
            // In memory it is all anyway.
            for (index, rows) in try await scan(statements).enumerated() {
                for start in stride(from: 0, to: rows.count, by: size) {
                    try Task.checkCancellation()
                    try await receive(Array(rows[start..<min(start + size, rows.count)]), index)
                }
            }
            return
        }
        try await beside {
            try await SnapshotReader(openForSnapshot()).read(statements, pageSize: size, receive)
        }
    }

    public func migrate(_ steps: [Migration]) async throws {
        try await beside {
            try await withUnsafeThrowingContinuation { (caller: UnsafeContinuation<Void, any Error>) in
                DispatchQueue.global().async { [writer] in
                    caller.resume(with: Result { try writer.use { try $0.migrate(steps) } })
                }
            }
        }
    }

    public var canWrite: Bool { !writer.isFailing.load(ordering: .relaxed) }

    public func close() async {
        let task = closing.withLock { closing in
            let task = closing ?? Task { await self.shutDown() }
            closing = task
            return task
        }
        await task.value
    }

    private func shutDown() async {
        await reads.close()
        await writes.close()
        await withUnsafeContinuation { done in besides.notify(queue: .global()) { done.resume() } }
        // The writer last: it is the one that can complete the file.
        try? scanners.close()
        readers?.close()
        writer.close()
    }

    /// Does something outside the lanes that `close` waits for.
    private func beside<Value: Sendable>(_ act: () async throws -> Value) async throws -> Value {
        let isOpen = closing.withLock { closing in
            if closing == nil { besides.enter() }
            return closing == nil
        }
        guard isOpen else { throw StoreError.unavailable("The database is closed.") }
        defer { besides.leave() }
        do {
            return try await act()
        } catch {
            throw toldToCaller(error)
        }
    }
}
