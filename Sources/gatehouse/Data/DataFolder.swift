import AuthorizationServer
import Cryptography
import Foundation
import OAuth

#if canImport(Glibc)
    import Glibc
#endif

/// The folder in which a Gatehouse lives: the database, the master key, the lock and the count of changes.
/// Nobody but its owner may read it.
struct DataFolder: Sendable {
    let path: String

    /// - Throws: `ProblemForOperator`.
    init(_ path: String, creating: Bool) throws {
        self.path = path
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            guard isFolder.boolValue else { throw ProblemForOperator("\(path) is not a folder.") }
            return
        }
        guard creating else {
            throw ProblemForOperator(
                "There is no data folder at \(path). Start `gatehouse serve` once, or name it with --data.")
        }
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw ProblemForOperator("The data folder \(path) can't be made: \(error.localizedDescription)") }
    }

    var database: String { path + "/gatehouse.sqlite" }
    var masterKeyFile: String { path + "/master.key" }

    /// The key that seals private keys, made at the first start. 32 bytes in a file of mode 0600.
    ///
    /// - Parameter database: the file whose keys it opens; `nil`: elsewhere.
    /// - Throws: `ProblemForOperator` for a key that is damaged, others can read, or is gone although there
    ///   is a database that needs it.
    func masterKey(of database: String?) throws -> MasterKey {
        if let key = try existingMasterKey() { return key }
        guard !(database.map(FileManager.default.fileExists) ?? false) else {
            throw ProblemForOperator(
                "\(masterKeyFile) is missing, and the database can't be used without it. Restore it from a backup.")
        }
        try writeNew(SealingKey.generate(), to: masterKeyFile)
        return try masterKey(of: database)
    }

    /// - Throws: `ProblemForOperator` for a key that is damaged, or that others can read.
    func existingMasterKey() throws -> MasterKey? {
        guard let bytes = FileManager.default.contents(atPath: masterKeyFile) else { return nil }
        let mode = try FileManager.default.attributesOfItem(atPath: masterKeyFile)[.posixPermissions] as? Int ?? 0
        guard mode & 0o077 == 0 else {
            throw ProblemForOperator("Others can read \(masterKeyFile). Run: chmod 600 \(masterKeyFile)")
        }
        do { return try MasterKey(Array(bytes)) } catch {
            throw ProblemForOperator("\(masterKeyFile) is damaged: it must be 32 bytes. Restore it from a backup.")
        }
    }

    /// Two programs may start at once: the first one's file wins, and both read it.
    private func writeNew(_ bytes: [UInt8], to file: String) throws {
        let temporary = "\(file).\(getpid())"
        let descriptor = Glibc.open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else {
            throw ProblemForOperator("\(temporary) can't be written: \(String(cString: strerror(errno)))")
        }
        defer { unlink(temporary) }
        let written = write(descriptor, bytes, bytes.count)
        let synced = fsync(descriptor)
        close(descriptor)
        guard written == bytes.count, synced == 0 else { throw ProblemForOperator("\(temporary) can't be written.") }
        guard link(temporary, file) == 0 || errno == EEXIST else {
            throw ProblemForOperator("\(file) can't be written: \(String(cString: strerror(errno)))")
        }
    }

    /// Lets one server at a time use the folder. Held until the process ends, however it ends.
    ///
    /// - Parameter advice: what to do while another server runs on it.
    /// - Throws: `ProblemForOperator` with that advice.
    func lockForServing(otherwise advice: String = "Stop it first, or name another folder with --data.") throws {
        let file = path + "/server.lock"
        let descriptor = Glibc.open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ProblemForOperator("\(file) can't be opened: \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw ProblemForOperator("Another Gatehouse serves the data folder \(path). \(advice)")
        }
    }
}

/// What the master key is good for: sealing, and deriving secrets that must survive a restart.
struct MasterKey: Sendable {
    let sealing: SealingKey
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) throws {
        sealing = try SealingKey(bytes: bytes)
        self.bytes = bytes
    }

    /// Makes sure that this is the key that others who use the database have, or else each would seal what the
    /// others can't open. The first one decides; the store keeps nothing that says anything of the key.
    ///
    /// - Throws: `ProblemForOperator`.
    func check(with store: any NodeStore, _ folder: DataFolder) async throws {
        let proof = derive("proof of the master key")
        guard try await store.settle("master-key", proof) == proof else {
            throw ProblemForOperator(
                "The database belongs to another master key. Copy the master.key of the node that was first to "
                    + "\(folder.masterKeyFile), or set GATEHOUSE_MASTER_KEY to its base64.")
        }
    }

    /// A secret for one purpose, the same each time.
    func derive(_ purpose: String) -> String { Digests.hmacSHA256Hex(key: bytes, purpose) }
}

/// Something only the operator can mend: a sentence that says how.
struct ProblemForOperator: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
