/// One step of the schema. Its number is its place in the list, from 1; a released step is never
/// edited, a change is a new step at the end.
public struct Migration: Sendable, Hashable {
    /// What the step does, in a few words; recorded with its number, so that two programs whose lists
    /// have parted notice.
    public let name: String

    /// One or several statements, without parameters.
    public let sql: String

    public init(_ name: String, _ sql: String) {
        self.name = name
        self.sql = sql
    }
}
