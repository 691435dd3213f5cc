import AuthorizationServer
import Cryptography
import Foundation
import OAuth
import Storage
import StorageSQLite

#if canImport(Glibc)
    import Glibc
#endif

/// Puts a backup where the database is. The backup itself is only read; what it becomes is prepared beside the
/// target and takes its place at once, so that an interruption leaves the one or the other.
struct Restoration: Sendable {
    let backup: String
    let target: DatabaseLocation
    let folder: DataFolder
    let masterKey: MasterKey
    let clock = WallClock.system

    /// - Returns: where the file is now that was there before.
    /// - Throws: `ProblemForOperator`, `MoveProblem`, `StorageError`, `StoreError`.
    func run(replacing: Bool, revokingAll: Bool) async throws -> String? {
        if !replacing { try await refuseOccupied() }
        // Where a link leads, not the link.
        let path = target.file.map(DatabaseLocation.real)
        let file = try NewFile(path ?? "\(folder.path)/restored.sqlite")
        defer { file.discard() }
        try await prepare(file.temporary, revokingAll: revokingAll)

        if let path {
            let former = try setAside(path)
            try file.publish()
            return former
        }
        let progress = ProgressLine()
        defer { progress.end() }
        let summary = try await withDatabases(.sqlite(path: file.temporary), target) { copy, target in
            try await Move(from: copy, at: backup, to: target, replacing: replacing, report: progress.tell).run()
        }
        guard summary.isFaithful else {
            throw ProblemForOperator(
                "Not all rows arrived. Is a server running on the database? Stop it and try again.")
        }
        return nil
    }

    private func refuseOccupied() async throws {
        guard target.exists, target.file.map({ SQLiteCopy.isEmpty($0) }) != true else { return }
        let refusal = "Replace it with --replace" + (target.file == nil ? "." : "; the file is kept beside it.")
        let hasDomain: Bool
        do {
            hasDomain = try await withDatabase(target) { database in
                try await !database.scan(Statement("SELECT 1 FROM domain LIMIT 1")).isEmpty
            }
        } catch StorageError.statement where target.file == nil {
            // A PostgreSQL database without our tables.
            return
        } catch {
            throw ProblemForOperator("What is at \(target.description) can't be read. \(refusal)")
        }
        guard !hasDomain else { throw ProblemForOperator("The database has domains already. \(refusal)") }
    }

    /// A checked copy of the backup with this program's schema, of whose keys each opens.
    private func prepare(_ file: String, revokingAll: Bool) async throws {
        let name = printable(backup)
        let source = try SQLiteCopy(of: backup)
        guard try await source.faults().isEmpty else {
            throw ProblemForOperator("\(name) is damaged. Use another backup.")
        }
        do { try await source.write(to: file) } catch StoreError.unavailable(let reason) {
            throw ProblemForOperator("\(file) can't be written: \(reason). Nothing was changed.")
        }
        try await withDatabase(.sqlite(path: file)) { database in
            let store = SQLStore(database, generate: .secure)
            try await store.migrate()
            guard try await store.domains(ListRequest(limit: 1)).total > 0 else {
                throw ProblemForOperator("\(name) holds no domain, so it is no backup.")
            }
            if let place = try await unfinishedMove(into: database) {
                throw ProblemForOperator("\(name) is only half filled, from \(place). Use another backup.")
            }
            for key in try await store.signingKeys() where !SigningKeys.opens(key, with: masterKey.sealing) {
                throw ProblemForOperator(
                    "The keys in \(name) don't open with \(folder.masterKeyFile): it is another installation's. "
                        + "Put the master.key there that belongs to the backup. Nothing was changed.")
            }
            try await store.dropUnusedOnce()
            if revokingAll { try await store.revokeEverything(at: clock.now()) }
        }
        try await SQLiteCopy(of: file).complete()
    }

    /// Renames the database and its journals. The database first: without it, nothing takes a journal for another's.
    private func setAside(_ path: String) throws -> String? {
        let former = "\(path).replaced-\(clock.now().utc.filter { $0 != ":" && $0 != "-" })"
        var hasMoved = false
        for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
            guard rename(path + suffix, former + suffix) == 0 else {
                throw ProblemForOperator("\(path + suffix) can't be renamed: \(String(cString: strerror(errno))).")
            }
            hasMoved = true
        }
        return hasMoved ? former : nil
    }
}
