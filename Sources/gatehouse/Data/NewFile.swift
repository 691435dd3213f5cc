import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// A file that nobody but its owner reads, and that is there under its name only when it is complete.
struct NewFile: Sendable {
    let path: String
    let temporary: String

    /// Makes the empty temporary file, beside where it will be.
    ///
    /// - Throws: `ProblemForOperator`.
    init(_ path: String) throws {
        self.path = path
        temporary = "\(path).part-\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ProblemForOperator("\(temporary) can't be written: \(String(cString: strerror(errno))).")
        }
        close(descriptor)
    }

    /// Gives the file its name, after everything in it has reached the disk.
    func publish() throws {
        try sync(temporary, O_RDONLY)
        guard rename(temporary, path) == 0 else {
            throw ProblemForOperator("\(path) can't be written: \(String(cString: strerror(errno))).")
        }
        // The name too.
        let folder = (path as NSString).deletingLastPathComponent
        try sync(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY)
    }

    /// Removes what is left of it.
    func discard() {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(temporary + suffix) }
    }

    private func sync(_ name: String, _ flags: Int32) throws {
        let descriptor = open(name, flags | O_CLOEXEC)
        defer { close(descriptor) }
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw ProblemForOperator("\(name) can't be written: \(String(cString: strerror(errno))).")
        }
    }
}
