extension PostgresDatabase {
    public struct Options: Sendable {
        /// How many connections there are at most for reads by key, for units that share commits, for units
        /// that stand alone, and for scans; each is opened when there is work for it. One more listens.
        public var readers = 2
        public var writers = 2
        public var loners = 4
        public var scanners = 2
        /// How many calls may wait for each kind of connection before `StoreError.overloaded`.
        public var waiting = 4_096
        /// How many units share a commit, and how many reads a round trip, at most.
        public var group = 256
        /// How long a call waits for a connection before `StoreError.unavailable`.
        public var connectionTime = Duration.seconds(2)
        /// How long an answer may take, from sending, before its connection is given up. Longer than the
        /// server's own limits, so that it is the server that ends what is merely slow.
        public var answerTime = Duration.seconds(8)
        /// The server's `statement_timeout`, and the one for scans.
        public var statementTime = Duration.seconds(5)
        public var scanTime = Duration.seconds(60)
        /// The server's `lock_timeout`.
        public var lockTime = Duration.seconds(2)
        /// How long a step of the schema waits for other nodes that are at it.
        public var migrationTime = Duration.seconds(60)

        public init() {}
    }
}

/// What a connection is for, which decides how it is used.
enum Purpose: Int, CaseIterable, Sendable {
    case read, write, alone, scan, listen

    /// Whether the server shall refuse to write on it, and what was lost on it may be asked again.
    var isReading: Bool {
        switch self {
        case .read, .scan, .listen: true
        case .write, .alone: false
        }
    }

    /// How many groups may be under way on one connection. A shared commit takes everything that waits, so
    /// the next one starts when the last is done: the longer that took, the more share it.
    var depth: Int {
        switch self {
        case .read, .alone: 3
        case .write, .scan, .listen: 1
        }
    }

    func connections(_ options: PostgresDatabase.Options) -> Int {
        switch self {
        case .read: max(options.readers, 1)
        case .write: max(options.writers, 1)
        case .alone: max(options.loners, 1)
        case .scan: max(options.scanners, 1)
        case .listen: 1
        }
    }

    /// How many calls are sent as one transaction.
    func group(_ options: PostgresDatabase.Options) -> Int {
        switch self {
        case .read, .write: max(options.group, 1)
        case .alone, .scan, .listen: 1
        }
    }

    func answerTime(_ options: PostgresDatabase.Options) -> Duration {
        switch self {
        case .read, .write, .alone: options.answerTime
        case .scan: options.scanTime + options.answerTime
        case .listen: .seconds(2)
        }
    }
}
