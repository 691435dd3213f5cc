import ArgumentParser
import AuthorizationServer
import Foundation
import OAuth
import Storage
import StorageSQLite

struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy everything, as it is at one moment, into one SQLite file. The server may run.",
        discussion: """
            The file has mode 0600 and is checked before it gets its name. The master key is not in it, so that the \
            file alone opens no key: copy master.key from the data folder once, and keep it somewhere else. It never \
            changes. Password digests and personal data are in the file all the same; keep it accordingly.

            Example: gatehouse backup --to /backup/gatehouse.sqlite
            """)

    @OptionGroup var place: DataOptions
    @Option(help: ArgumentHelp("The file to write.", valueName: "file"))
    var to: String
    @Flag(help: "Replace the file when there is one.")
    var force = false
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let configuration = try await Configuration.load(place.options)
        let location = configuration.location
        guard location.exists else { throw ProblemForOperator("There is no database at \(location.description).") }
        guard !location.isSame(as: .sqlite(path: to)) else {
            throw ProblemForOperator("\(printable(to)) is the database itself. Name another file with --to.")
        }
        guard force || !FileManager.default.fileExists(atPath: to) else {
            throw ProblemForOperator(
                "\(printable(to)) is there already. Name another file, or replace it with --force.")
        }

        let file = try NewFile(to)
        defer { file.discard() }
        let rows = try await Self.copy(location, to: file.temporary)
        let copy = try SQLiteCopy(of: file.temporary)
        try await copy.complete()
        guard try await copy.faults().isEmpty else {
            throw ProblemForOperator(
                "The copy is not whole, so the database or the disk is damaged. Nothing was written. "
                    + "Run `gatehouse doctor`.")
        }
        try file.publish()

        let size = try FileManager.default.attributesOfItem(atPath: to)[.size] as? Int64 ?? 0
        var facts: Facts = ["file": .text(to), "bytes": .number(size), "from": .text(location.description)]
        if let rows { facts = facts.adding("rows", .number(rows)) }
        output.tell(
            facts,
            note: """
                The master key is not in it. Keep a copy of \(configuration.data)/master.key, and not beside the backup: \
                without it a backup can't be used.
                """)
    }

    /// - Returns: how many rows the copy has; `nil` when its schema is another than this program's.
    private static func copy(_ location: DatabaseLocation, to file: String) async throws -> Int64? {
        do {
            if let path = location.file {
                // SQLite copies its pages itself, whatever version their schema has.
                try await SQLiteCopy(of: path).write(to: file)
                return try await withDatabase(.sqlite(path: file), rowCount)
            }
            let progress = ProgressLine()
            defer { progress.end() }
            return try await withDatabases(location, .sqlite(path: file)) { source, target in
                let summary = try await copySnapshot(of: source, to: target, report: progress.tell)
                guard summary.isFaithful else {
                    throw ProblemForOperator("The copy has not all rows. Nothing was written. Run `gatehouse doctor`.")
                }
                return summary.rows
            }
        } catch StoreError.unavailable(let reason) {
            throw ProblemForOperator("The backup can't be written: \(reason). Nothing is left of it.")
        }
    }

    private static func rowCount(_ database: any SQLDatabase) async throws -> Int64? {
        do { try await checkSchema(of: database) } catch MoveProblem.olderSource { return nil } catch MoveProblem
            .newerSource
        { return nil }
        if let place = try await unfinishedMove(into: database) {
            throw ProblemForOperator("The database is only half filled. Finish `gatehouse move --from \(place)` first.")
        }
        return try await totalRows(of: database)
    }
}
