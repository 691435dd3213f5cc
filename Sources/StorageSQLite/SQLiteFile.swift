import Foundation
import Storage

/// The files of one database. They are looked at by name only: closing a descriptor of a file drops
/// every lock this process holds on it (POSIX), those of other connections too.
struct SQLiteFile: Sendable {
    let path: String
    let identity: Identity

    struct Identity: Sendable, Equatable {
        let device: UInt64
        let node: UInt64
    }

    /// Makes sure that there is a file that only its owner can read, and creates an empty one where
    /// there is nothing that could be lost by it.
    ///
    /// - Throws: `StorageError.cannotOpen`.
    init(preparing path: String) throws {
        // SQLite takes "" for a temporary database, and "file:…" for an address.
        guard !path.isEmpty, !path.utf8.contains(0) else { throw StorageError.cannotOpen("A database needs a path.") }
        self.path = path.hasPrefix("/") ? path : "./" + path

        let hasJournal = Self.size(of: self.path + "-wal") > 0
        if let found = Self.status(of: self.path) {
            guard found.isFile else { throw StorageError.cannotOpen("\(path) is a folder or device, not a file.") }
            // SQLite would write over a file this small, and is right to while it undoes a beginning.
            if (1..<512).contains(found.size), Self.size(of: self.path + "-journal") == 0 {
                throw StorageError.cannotOpen("\(path) is not an SQLite database.")
            }
            if found.size == 0, hasJournal {
                throw StorageError.cannotOpen("\(path) is empty but \(path)-wal is not: restore both from a backup.")
            }
        } else {
            guard !hasJournal else {
                throw StorageError.cannotOpen("\(path) is missing but \(path)-wal is not: restore it from a backup.")
            }
            guard mknod(self.path, S_IFREG | 0o600, 0) == 0 || errno == EEXIST else {
                throw StorageError.cannotOpen("\(path) cannot be created: \(String(cString: strerror(errno))).")
            }
        }

        // SQLite gives the journals the mode of the database. A file of another owner is left alone.
        for name in [self.path, self.path + "-wal", self.path + "-shm"] {
            if let found = Self.status(of: name), found.isOpenToOthers { _ = chmod(name, 0o600) }
        }
        guard let identity = Self.status(of: self.path)?.identity else {
            throw StorageError.cannotOpen("\(path) went away while it was opened.")
        }
        self.identity = identity
    }

    /// Whether the path still leads to the file that was opened.
    var isInPlace: Bool { Self.status(of: path)?.identity == identity }

    /// Whether the file ends in the middle of a page, with nothing in the journal to complete it.
    func isCutOff(pageSize: Int64) -> Bool {
        guard pageSize > 0, let size = Self.status(of: path)?.size else { return false }
        return size % pageSize != 0 && journalSize == 0
    }

    /// In bytes.
    var journalSize: Int64 { Self.size(of: path + "-wal") }

    /// In bytes; 0 where there is nothing.
    static func size(of path: String) -> Int64 { status(of: path)?.size ?? 0 }

    private struct Status {
        let isFile: Bool
        let isOpenToOthers: Bool
        let size: Int64
        let identity: Identity
    }

    private static func status(of path: String) -> Status? {
        var found = stat()
        guard stat(path, &found) == 0 else { return nil }
        return Status(
            isFile: found.st_mode & S_IFMT == S_IFREG, isOpenToOthers: found.st_mode & 0o077 != 0,
            size: Int64(found.st_size),
            identity: Identity(device: UInt64(truncatingIfNeeded: found.st_dev), node: UInt64(found.st_ino)))
    }
}
