import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Lets go of the code that only starting needed, which is most of what was read of the program: pages that are
/// used again come back from the system's cache as they are used.
///
/// Code is mapped read-only and private, so that nothing can be lost of it.
func releaseStartupCode() {
    guard let maps = FileManager.default.contents(atPath: "/proc/self/maps") else { return }
    for line in String(decoding: maps, as: UTF8.self).split(separator: "\n") {
        // start-end permissions offset device inode path
        let fields = line.split(separator: " ")
        guard fields.count >= 6, fields[1] == "r-xp", fields[5].hasPrefix("/") else { continue }
        let range = fields[0].split(separator: "-")
        guard range.count == 2, let start = UInt(range[0], radix: 16), let end = UInt(range[1], radix: 16), end > start
        else { continue }
        madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_DONTNEED)
    }
}
