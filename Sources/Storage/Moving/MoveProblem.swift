/// Why rows can't be moved: a sentence for the operator that says what to do. It holds no value of a row.
public enum MoveProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The source has never been through a step of this schema.
    case notOurs
    case olderSource(Int)
    case newerSource(Int)
    case otherSteps
    case emptySource
    /// The source is itself what an earlier move was to fill.
    case unfinishedSource(place: String)
    /// The target has rows that no unfinished move has brought.
    case occupiedTarget(table: String)
    /// The target is half filled by a move from elsewhere.
    case otherMove(place: String)
    /// A row that the target refuses.
    case refused(table: String, reason: String)

    public var description: String {
        switch self {
        case .notOurs: "The source is no database of Gatehouse. Look at its address."
        case .olderSource(let version):
            """
            The source has schema version \(version), and this program has \(schema.count). Run `gatehouse domain list` \
            of this program on it once, which brings it up to date.
            """
        case .newerSource(let version):
            "The source has schema version \(version), and this program knows \(schema.count). Use a newer program."
        case .otherSteps:
            "The source has come to its schema by other steps than this program's. Use the one it is from."
        case .emptySource: "The source holds no domain, so there is nothing to move. Look at its address."
        case .unfinishedSource(let place):
            "The source was to be filled from \(place), and that was not finished. Finish it first, or start from there."
        case .occupiedTarget(let table):
            """
            The target has rows of its own already (in \(table)), and nothing there is overwritten. Name an empty \
            database.
            """
        case .otherMove(let place):
            """
            The target is half filled by a move of another installation, from \(place). Finish that one, or name an \
            empty database.
            """
        case .refused(let table, let reason):
            """
            A row of \(table) can't be moved: \(reason) Nothing is lost. Mend the source, and run the same command \
            again: it goes on where it stopped.
            """
        }
    }
}
