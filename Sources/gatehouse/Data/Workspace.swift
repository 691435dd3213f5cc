import AuthorizationServer
import Foundation
import OAuth
import Storage
import StorageSQLite

/// An opened data folder: what the server and every other command work on.
struct Workspace: Sendable {
    let folder: DataFolder
    let masterKey: MasterKey
    let store: any Store
    private let connection: SQLStore
    let lane: HashingLane
    let administration: Administration
    let clock = WallClock.system
    let generate = TokenGenerator.secure

    /// - Parameter creating: makes what is missing.
    /// - Throws: `ProblemForOperator`, `StorageError`, `StoreError`.
    static func open(_ configuration: Configuration, creating: Bool, serving: Bool = false) async throws -> Workspace {
        let folder = try DataFolder(configuration.data, creating: creating)
        if serving { try folder.lockForServing() }
        let path = configuration.database.map { String($0.dropFirst("sqlite:".count)) } ?? folder.database
        let masterKey = try folder.masterKey(of: path)
        let counters = try SharedCounters(inFolder: folder.path)
        let store = SQLStore(try SQLiteDatabase(path: path), generate: .secure, counters: counters.counters)
        try await store.migrate()
        return try Workspace(
            folder: folder, masterKey: masterKey, store: store,
            lane: HashingLane(
                cost: configuration.argon2, threads: configuration.hashingThreads,
                // Nobody else waits behind one command's password.
                longestWait: .seconds(serving ? 2 : 60)))
    }

    private init(
        folder: DataFolder, masterKey: MasterKey, store: SQLStore, lane: HashingLane
    ) throws {
        self.folder = folder
        self.masterKey = masterKey
        self.store = store
        connection = store
        self.lane = lane
        administration = Administration(
            store: store, sealing: masterKey.sealing, lane: lane, generate: generate, clock: clock)
    }

    func close() async {
        lane.close()
        await connection.close()
    }
}
