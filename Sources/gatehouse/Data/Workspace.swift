import AuthorizationServer
import Foundation
import OAuth
import Storage
import StoragePostgres

#if canImport(Glibc)
    import Glibc
#endif

/// An opened data folder: what the server and every other command work on.
struct Workspace: Sendable {
    let folder: DataFolder
    let masterKey: MasterKey
    let store: any Store
    private let connection: SQLStore
    let lane: HashingLane
    let administration: Administration
    /// The name of this process among those that use the database.
    let node: String
    let clock: WallClock
    let statistics: (@Sendable () -> PostgresDatabase.Statistics)?
    /// Whether other nodes may use the same database.
    let isShared: Bool
    let generate = TokenGenerator.secure

    /// - Parameter creating: makes what is missing.
    /// - Throws: `ProblemForOperator`, `StorageError`, `StoreError`.
    static func open(_ configuration: Configuration, creating: Bool, serving: Bool = false) async throws -> Workspace {
        let folder = try DataFolder(configuration.data, creating: creating)
        if serving { try folder.lockForServing() }
        let location = configuration.location
        let hadKey = FileManager.default.fileExists(atPath: folder.masterKeyFile)
        let masterKey = try configuration.masterKey ?? folder.masterKey(of: location.file)
        let opened = try OpenedDatabase(location, folder: folder)
        let database = opened.database
        let store = SQLStore(database, generate: .secure, counters: opened.counters)
        do {
            try await store.migrate()
            try await masterKey.check(with: store, folder)
        } catch {
            await store.close()
            // A key that was made for this and fits nothing must not be taken for the right one.
            if error is ProblemForOperator, !hadKey { unlink(folder.masterKeyFile) }
            throw error
        }
        if let place = try await unfinishedMove(into: database) {
            await store.close()
            throw ProblemForOperator(
                "The database is only half filled: run `gatehouse move --from \(place) --to …` again, which goes on "
                    + "where it stopped.")
        }
        return try Workspace(
            folder: folder, masterKey: masterKey, store: store, opened: opened, isShared: location.file == nil,
            lane: HashingLane(
                cost: configuration.argon2, threads: configuration.hashingThreads,
                queueLimit: configuration.hashingQueue,
                // Nobody else waits behind one command's password.
                longestWait: serving ? configuration.hashingWait : .seconds(60)))
    }

    private init(
        folder: DataFolder, masterKey: MasterKey, store: SQLStore, opened: OpenedDatabase, isShared: Bool,
        lane: HashingLane
    ) throws {
        self.folder = folder
        self.masterKey = masterKey
        self.store = store
        connection = store
        self.lane = lane
        self.isShared = isShared
        clock = opened.clock
        statistics = opened.statistics
        node = "\(ProcessInfo.processInfo.hostName)/\(generate.next(6))"
        administration = Administration(
            store: store, sealing: masterKey.sealing, lane: lane, generate: generate, clock: clock)
    }

    /// Does something that one node at a time may do, after all others who are at it.
    ///
    /// - Throws: `ProblemForOperator` when that takes too long.
    func inTurn<Outcome>(_ task: String, _ act: () async throws -> Outcome) async throws -> Outcome {
        // A data folder has one server anyway.
        guard isShared else { return try await act() }
        let length = Duration.seconds(20)
        let deadline = ContinuousClock.now + .seconds(60)
        while try await !store.lease(task, to: node, until: clock.now() + length, at: clock.now()) {
            guard ContinuousClock.now < deadline else {
                throw ProblemForOperator("Another node has been at “\(task)” for a minute. Look at its log.")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        let outcome: Outcome
        do {
            outcome = try await act()
        } catch {
            await giveBack(task)
            throw error
        }
        await giveBack(task)
        return outcome
    }

    /// Otherwise it ends by itself.
    private func giveBack(_ task: String) async {
        let now = clock.now()
        _ = try? await store.lease(task, to: node, until: now, at: now)
    }

    func close() async {
        lane.close()
        await connection.close()
    }
}
