import AuthorizationServer
import Foundation
import OAuth
import Storage

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
    let clock = WallClock.system
    let generate = TokenGenerator.secure

    /// - Parameter creating: makes what is missing.
    /// - Throws: `ProblemForOperator`, `StorageError`, `StoreError`.
    static func open(_ configuration: Configuration, creating: Bool, serving: Bool = false) async throws -> Workspace {
        let folder = try DataFolder(configuration.data, creating: creating)
        if serving { try folder.lockForServing() }
        let location = configuration.location
        let masterKey = try folder.masterKey(of: location.file ?? folder.database)
        let counters = try SharedCounters(inFolder: folder.path)
        let database = try openDatabase(location)
        let store = SQLStore(database, generate: .secure, counters: counters.counters)
        try await store.migrate()
        if let place = try await unfinishedMove(into: database) {
            await store.close()
            throw ProblemForOperator(
                "The database is only half filled: run `gatehouse move --from \(place) --to …` again, which goes on "
                    + "where it stopped.")
        }
        return try Workspace(
            folder: folder, masterKey: masterKey, store: store,
            lane: HashingLane(
                cost: configuration.argon2, threads: configuration.hashingThreads,
                queueLimit: configuration.hashingQueue,
                // Nobody else waits behind one command's password.
                longestWait: serving ? configuration.hashingWait : .seconds(60)))
    }

    private init(
        folder: DataFolder, masterKey: MasterKey, store: SQLStore, lane: HashingLane
    ) throws {
        self.folder = folder
        self.masterKey = masterKey
        self.store = store
        connection = store
        self.lane = lane
        node = "\(ProcessInfo.processInfo.hostName)/\(generate.next(6))"
        administration = Administration(
            store: store, sealing: masterKey.sealing, lane: lane, generate: generate, clock: clock)
    }

    func close() async {
        lane.close()
        await connection.close()
    }
}
