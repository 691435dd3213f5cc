#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How many of the process's file descriptors connections may use.
///
/// A quarter, and 32 at least, are left for the database, logs and requests to others: running out of them
/// takes more than connections away.
func descriptorsForConnections() -> Int {
    var limit = rlimit()
    #if canImport(Glibc)
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 256 }
    #else
        guard getrlimit(RLIMIT_NOFILE, &limit) == 0 else { return 256 }
    #endif
    let descriptors = Int(clamping: limit.rlim_cur)
    return max(8, descriptors - max(32, descriptors / 4))
}
