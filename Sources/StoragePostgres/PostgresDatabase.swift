import AuthorizationServer
import Dispatch
import Foundation
public import Storage
import Synchronization

/// A database on a PostgreSQL server, which other nodes may use at the same time.
///
/// One thread owns all connections and waits for all of them at once. Units that wait at the same moment share
/// a commit; each kind of work has connections of its own, so that none delays another. A connection that is
/// lost is opened again, for as long as it takes. Needs no server to be made, only to be used.
public final class PostgresDatabase: SQLDatabase {
    private let desk: Desk
    private let address: Address
    private let options: Options

    /// The migrations under way, which `close` waits for.
    private let besides = DispatchGroup()

    /// - Parameter url: `postgres://` or `postgresql://`; every parameter of libpq's is passed on, so
    ///   `sslmode=verify-full` and `sslrootcert` for TLS, and several hosts with
    ///   `target_session_attrs=read-write` for a cluster that fails over.
    /// - Throws: `StorageError.cannotOpen` when the address cannot be read; its text shows nothing of it.
    public init(url: String, options: Options = Options()) throws {
        address = try Address(url: url)
        desk = try Desk(limit: options.waiting)
        self.options = options
        let thread = Thread { [desk, address, options] in EventLoop(desk, address, options).run() }
        thread.name = "gatehouse.postgres"
        thread.start()
    }

    deinit { desk.close() }

    public var canWrite: Bool { !desk.gauges.isWritingFailing.load(ordering: .relaxed) }

    public func rows(_ statement: Statement) async throws -> [Row] {
        try statement.check()
        return try await withUnsafeThrowingContinuation { caller in
            desk.ask(Call([statement], .rows(caller)), of: .read)
        }
    }

    public func write(_ statements: [Statement], alone: Bool) async throws -> [[Row]] {
        guard !statements.isEmpty else { return [] }
        for statement in statements { try statement.check() }
        return try await withUnsafeThrowingContinuation { caller in
            desk.ask(Call(statements, .answers(caller)), of: alone ? .alone : .write)
        }
    }

    public func scan(_ statements: [Statement]) async throws -> [[Row]] {
        guard !statements.isEmpty else { return [] }
        for statement in statements { try statement.check() }
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { caller in
                desk.ask(Call(statements, .answers(caller), cancellation: cancellation), of: .scan)
                // Where the task was cancelled before there was a call to be found.
                if cancellation.isRequested { desk.cancel() }
            }
        } onCancel: {
            cancellation.request()
            desk.cancel()
        }
    }

    public func migrate(_ steps: [Migration]) async throws {
        guard desk.beforeClosing({ besides.enter() }) else { throw StoreError.unavailable("The database is closed.") }
        defer { besides.leave() }
        try await withUnsafeThrowingContinuation { (caller: UnsafeContinuation<Void, any Error>) in
            Thread.detachNewThread { [address, options] in
                caller.resume(with: Result { try bringUp(address, to: steps, options) })
            }
        }
    }

    public func snapshot(
        _ statements: [Statement], pageSize: Int, _ receive: @Sendable ([Row], Int) async throws -> Void
    ) async throws {
        for statement in statements { try statement.check() }
        guard desk.beforeClosing({ besides.enter() }) else { throw StoreError.unavailable("The database is closed.") }
        defer { besides.leave() }
        try await Snapshot(address).read(statements, pageSize: pageSize, receive)
    }

    public func close() async {
        await withUnsafeContinuation { desk.close($0) }
        await withUnsafeContinuation { done in besides.notify(queue: .global()) { done.resume() } }
    }
}

extension PostgresDatabase {
    /// Whose and where a database is, without anything that may be a part of a password.
    public static func description(of url: String) -> String {
        (try? Address(url: url))?.description ?? "postgres://…"
    }

    /// How this node learns of changes, its own and those of others.
    public var counters: Counters {
        let desk = desk
        return Counters(
            changes: { desk.watch.current },
            counts: { try await withUnsafeThrowingContinuation { desk.count(for: $0) } },
            announceChange: { desk.watch.bump() },
            // The unit itself has counted it up.
            announceEnding: {})
    }

    /// The database's clock less this machine's, in seconds; 0 until it is known.
    public var clockOffset: Double { Double(desk.watch.clockOffset) / 1_000_000 }

    public var statistics: Statistics { Statistics(desk.gauges, options, isListening: desk.watch.isListening) }
}
