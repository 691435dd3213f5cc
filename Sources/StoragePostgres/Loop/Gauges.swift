import Synchronization

/// Numbers that are counted where they arise, and read by whoever wants to show them.
final class Gauges: Sendable {
    final class Lane: Sendable {
        let waiting = Atomic<Int>(0)
        let ready = Atomic<Int>(0)
    }

    /// By `Purpose`.
    let lanes = Purpose.allCases.map { _ in Lane() }
    let losses = Atomic<Int>(0)
    let units = Atomic<Int>(0)
    let commits = Atomic<Int>(0)
    let retries = Atomic<Int>(0)
    let largestGroup = Atomic<Int>(0)
    /// Whether the last write failed for reasons of the database.
    let isWritingFailing = Atomic(false)
}

extension PostgresDatabase {
    /// For whoever watches the server; each number by itself is right, and all together nearly.
    public struct Statistics: Sendable {
        public struct Connections: Sendable {
            /// How many there are now, and may be.
            public let ready: Int
            public let total: Int
            /// How many calls wait for one.
            public let waiting: Int
        }

        public let reads: Connections
        public let writes: Connections
        public let alone: Connections
        public let scans: Connections
        /// Whether changes on other nodes are heard of.
        public let isListening: Bool
        /// Since the start: connections lost, units written, commits they took, units run again because the
        /// server undid them, and units in the largest commit.
        public let losses: Int
        public let units: Int
        public let commits: Int
        public let retries: Int
        public let largestCommit: Int
    }
}

extension PostgresDatabase.Statistics {
    init(_ gauges: Gauges, _ options: PostgresDatabase.Options, isListening: Bool) {
        func connections(_ purpose: Purpose) -> Connections {
            let lane = gauges.lanes[purpose.rawValue]
            return Connections(
                ready: lane.ready.load(ordering: .relaxed), total: purpose.connections(options),
                waiting: lane.waiting.load(ordering: .relaxed))
        }
        reads = connections(.read)
        writes = connections(.write)
        alone = connections(.alone)
        scans = connections(.scan)
        self.isListening = isListening
        losses = gauges.losses.load(ordering: .relaxed)
        units = gauges.units.load(ordering: .relaxed)
        commits = gauges.commits.load(ordering: .relaxed)
        retries = gauges.retries.load(ordering: .relaxed)
        largestCommit = gauges.largestGroup.load(ordering: .relaxed)
    }
}
