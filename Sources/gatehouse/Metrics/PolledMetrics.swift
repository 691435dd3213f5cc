import AuthorizationServer
import Foundation
import OAuth

#if canImport(Glibc)
    import Glibc
#endif

/// What is looked up at each scrape, because nobody records it.
struct PolledMetrics: Sendable {
    let startedAt: Timestamp
    /// A database's own statistics (connections, waiting, failures), once it keeps some: it must answer at
    /// once and from memory, because a scrape asks it also when the database is down.
    var database: @Sendable () -> [MetricSample] = { [] }

    func samples() -> [MetricSample] {
        [
            MetricSample("gatehouse_info", labels: [("version", Program.version)], 1),
            MetricSample("process_start_time_seconds", Double(startedAt.seconds)),
            MetricSample("process_cpu_seconds_total", Self.cpuSeconds),
        ] + Self.memory + Self.descriptors + database()
    }

    private static var cpuSeconds: Double {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return .nan }
        return [usage.ru_utime, usage.ru_stime].map { Double($0.tv_sec) + Double($0.tv_usec) / 1_000_000 }
            .reduce(0, +)
    }

    /// The second number of `statm` counts pages.
    private static var memory: [MetricSample] {
        guard let statm = FileManager.default.contents(atPath: "/proc/self/statm") else { return [] }
        let numbers = String(decoding: statm, as: UTF8.self).split(separator: " ").compactMap { Double($0) }
        guard numbers.count > 1 else { return [] }
        return [MetricSample("process_resident_memory_bytes", numbers[1] * Double(sysconf(Int32(_SC_PAGESIZE))))]
    }

    private static var descriptors: [MetricSample] {
        var samples: [MetricSample] = []
        if let folder = opendir("/proc/self/fd") {
            var count = 0
            while readdir(folder) != nil { count += 1 }
            closedir(folder)
            // Not `.`, `..` and the folder itself.
            samples.append(MetricSample("process_open_fds", Double(max(0, count - 3))))
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            samples.append(MetricSample("process_max_fds", Double(limit.rlim_cur)))
        }
        return samples
    }
}
