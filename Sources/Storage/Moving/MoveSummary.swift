/// How far a move got.
public struct MoveProgress: Sendable, Equatable {
    public enum Act: String, Sendable { case copying, comparing }
    public let act: Act
    public let table: String
    public let rows: Int64
    public let total: Int64
}

/// What became of a move.
public struct MoveSummary: Sendable {
    /// Something that is not in the target as it is in the source.
    public struct Difference: Sendable, Equatable {
        public enum Fault: Sendable, Equatable {
            /// The target has no row of that key.
            case missing
            case differs
            /// The target has so many rows that the source has not.
            case surplus(Int64)
        }
        public let table: String
        /// The row's key as JSON; it may be a secret's digest or name a person, so show only its digest.
        public let key: String?
        public let fault: Fault

        public init(table: String, key: String?, fault: Fault) {
            self.table = table
            self.key = key
            self.fault = fault
        }
    }

    /// The rows of each table of the source.
    public internal(set) var tables: [(name: String, rows: Int64)] = []
    /// The first hundred.
    public private(set) var differences: [Difference] = []
    public private(set) var differenceCount = 0

    public var isFaithful: Bool { differenceCount == 0 }
    public var rows: Int64 { tables.map(\.rows).reduce(0, +) }

    mutating func note(_ difference: Difference) {
        differenceCount += 1
        if differences.count < 100 { differences.append(difference) }
    }
}
