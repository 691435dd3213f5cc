public import AuthorizationServer
import HTTPTypes
public import Hummingbird
import OAuth
import Synchronization

/// Whether requests are better sent here than elsewhere.
public final class Readiness: Sendable {
    /// What stands in the way.
    public enum Fault: String, Sendable {
        /// The server is about to stop.
        case draining
        /// The store does not answer a read within a second.
        case store
        /// The last commit failed for reasons of the database, and so did a write just now.
        case writes
    }

    private struct State {
        var isDraining = false
        var probe: Task<[Fault], Never>?
    }

    private let state = Mutex(State())
    private let read: @Sendable () async throws -> Void
    private let canWrite: @Sendable () -> Bool
    private let write: @Sendable () async throws -> Void
    private let patience: Duration

    /// - Parameters:
    ///   - read: asks the store something.
    ///   - canWrite: whether the last commit succeeded.
    ///   - write: tries to commit something that changes nothing.
    ///   - patience: how long the store may take.
    init(
        read: @escaping @Sendable () async throws -> Void, canWrite: @escaping @Sendable () -> Bool,
        write: @escaping @Sendable () async throws -> Void, patience: Duration = .seconds(1)
    ) {
        self.read = read
        self.canWrite = canWrite
        self.write = write
        self.patience = patience
    }

    /// - Parameter patience: how long the store may take.
    public convenience init(
        store: any UserStore & NodeStore, clock: WallClock, patience: Duration = .seconds(1)
    ) {
        self.init(
            read: { _ = try await store.hasAdministrator() }, canWrite: { store.canWrite },
            write: {
                let now = clock.now()
                _ = try await store.lease("write probe", to: "", until: now, at: now)
            }, patience: patience)
    }

    /// The server is about to stop: not ready from now on.
    public func drain() { state.withLock { $0.isDraining = true } }

    public func faults() async -> [Fault] {
        let probe = state.withLock { state -> Task<[Fault], Never>? in
            guard !state.isDraining else { return nil }
            // Whoever asks while somebody else does gets the same answer: a store in trouble is asked once.
            let probe = state.probe ?? Task { await look() }
            state.probe = probe
            return probe
        }
        guard let probe else { return [.draining] }
        return await outcome(of: probe, within: patience) ?? [.store]
    }

    private func look() async -> [Fault] {
        defer { state.withLock { $0.probe = nil } }
        do { try await read() } catch { return [.store] }
        guard !canWrite() else { return [] }
        // Nobody may be sent here, and so write, until this says that writing works: so it tries.
        do { try await write() } catch { return [.writes] }
        return []
    }

    /// `GET …/readyz`.
    public func answer() async -> Response {
        let faults = await faults()
        guard !faults.isEmpty else { return Answer.json(JSON.object([.init("status", "ready")]).bytes) }
        var response = Answer.json(
            JSON.object([
                .init("status", "not ready"), .init("failing", .texts(faults.map(\.rawValue))),
            ]).bytes, status: .serviceUnavailable)
        response.headers[.retryAfter] = "5"
        return response
    }
}

/// What comes of a task, or `nil` once that takes too long; the task goes on.
private func outcome<Value: Sendable>(of task: Task<Value, Never>, within length: Duration) async -> Value? {
    let (values, continuation) = AsyncStream.makeStream(of: Value?.self)
    let timer = Task {
        try await Task.sleep(for: length)
        continuation.yield(nil)
    }
    Task { continuation.yield(await task.value) }
    defer { timer.cancel() }
    for await value in values { return value }
    return nil
}
