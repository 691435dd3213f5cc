import AuthorizationServer
import OAuth

/// Moves all rows of one database into another, empty one: table by table and page by page, so that an interrupted
/// move goes on where it stopped. Then every row is compared.
///
/// Nobody may write to either meanwhile. What changed in the source after it had been copied is reported as a
/// difference; what is in the target is never overwritten.
public struct Move: Sendable {
    let source: any SQLDatabase
    let target: any SQLDatabase
    /// Where the source is, without a password, for people.
    let place: String
    /// Empties the target first, whatever it holds.
    let replacing: Bool
    let report: @Sendable (MoveProgress) -> Void

    /// How many rows are read at a time, and in how many units they are written at the same time.
    static let page = 1_600
    static let unit = 200

    public init(
        from source: any SQLDatabase, at place: String, to target: any SQLDatabase, replacing: Bool = false,
        report: @escaping @Sendable (MoveProgress) -> Void = { _ in }
    ) {
        self.source = source
        self.target = target
        self.place = place
        self.replacing = replacing
        self.report = report
    }

    /// - Throws: `MoveProblem`; what the databases throw. The same call again goes on where this one stopped.
    public func run() async throws -> MoveSummary {
        try await checkSchema(of: source)
        guard let origin = try await oldestDomain(of: source) else { throw MoveProblem.emptySource }
        if let place = try await unfinishedMove(into: source) { throw MoveProblem.unfinishedSource(place: place) }
        try await target.migrate(schema)

        var mark = try await claim(MoveMark(origin: origin, place: place))
        let statements = tables.map(TableStatements.init)
        let beginning = statements.firstIndex { $0.table.name == mark.table } ?? 0
        for table in statements[beginning...] {
            let isResumed = table.table.name == mark.table
            try await copy(table, after: isResumed ? mark.key : nil, &mark)
        }

        var summary = MoveSummary()
        for table in statements { try await compare(table, &summary) }
        if summary.isFaithful { _ = try await target.write(MoveMark.deletion) }
        return summary
    }

    /// Marks the target as half filled, before anything is.
    private func claim(_ wanted: MoveMark) async throws -> MoveMark {
        if replacing {
            let deletions = tables.reversed().map { TableStatements($0).deletion }
            _ = try await target.write(deletions + [wanted.insertion], alone: true)
            return wanted
        }
        if let found = try await MoveMark.found(in: target) {
            guard found.origin == wanted.origin else { throw MoveProblem.otherMove(place: found.place) }
            return found
        }
        for table in tables where try await !target.scan(TableStatements(table).anyRow).isEmpty {
            throw MoveProblem.occupiedTarget(table: table.name)
        }
        _ = try await target.write(wanted.insertion)
        return wanted
    }

    private func copy(_ table: TableStatements, after start: [SQLValue]?, _ mark: inout MoveMark) async throws {
        mark.table = table.table.name
        let total = try await source.count(table)
        var done = start == nil ? 0 : try await target.count(table)
        var rows = try await page(of: table, after: start)
        while let last = rows.last {
            let key = table.key(of: last)
            async let next = page(of: table, after: key)
            try await target.add(rows, to: table, unit: Self.unit)
            // Only now: the rows up to this one are all there.
            mark.key = key
            _ = try await target.write(mark.update)
            done += Int64(rows.count)
            report(MoveProgress(act: .copying, table: table.table.name, rows: done, total: total))
            rows = try await next
        }
    }

    private func page(of table: TableStatements, after key: [SQLValue]?) async throws -> [Row] {
        try table.movable(try await source.scan(table.page(after: key, limit: Self.page)))
    }

    /// Looks every row of the source up in the target, and counts.
    private func compare(_ table: TableStatements, _ summary: inout MoveSummary) async throws {
        let name = table.table.name
        let total = try await source.count(table)
        var (done, missing): (Int64, Int64) = (0, 0)
        var rows = try await page(of: table, after: nil)
        while let last = rows.last {
            async let next = page(of: table, after: table.key(of: last))
            let answers: [[Row]] = try await target.scan(table.lookups(of: rows))
            let found = Dictionary(
                answers.joined().map { (table.key(of: $0), try? table.adapted($0)) },
                uniquingKeysWith: { first, _ in first })
            for row in rows {
                let key = table.key(of: row)
                switch found[key] {
                case nil:
                    missing += 1
                    summary.note(.init(table: name, key: keyJSON(key).text, fault: .missing))
                case row: break
                default: summary.note(.init(table: name, key: keyJSON(key).text, fault: .differs))
                }
            }
            done += Int64(rows.count)
            report(MoveProgress(act: .comparing, table: name, rows: done, total: total))
            rows = try await next
        }
        let surplus = try await target.count(table) - (done - missing)
        if surplus > 0 { summary.note(.init(table: name, key: nil, fault: .surplus(surplus))) }
        summary.tables.append((name, done))
    }
}

extension SQLDatabase {
    func count(_ table: TableStatements) async throws -> Int64 {
        var row = try await scan(table.count).first?.reader()
        return try row?.integer() ?? 0
    }

    /// Adds rows in units that are under way at the same time.
    ///
    /// - Throws: `MoveProblem.refused` for a row that breaks a rule.
    func add(_ rows: [Row], to table: TableStatements, unit: Int) async throws {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for rows in rows.chunks(of: unit) {
                    group.addTask { _ = try await write(table.insertions(of: rows)) }
                }
                try await group.waitForAll()
            }
        } catch StoreError.missing {
            throw MoveProblem.refused(table: table.table.name, reason: "It refers to a row that is not there.")
        } catch let error as StorageError {
            guard case .statement(let reason, _) = error else { throw error }
            throw MoveProblem.refused(table: table.table.name, reason: "\(reason).")
        }
    }
}

/// The domain that was made first: the one by which an installation is known, since it comes with the first start.
func oldestDomain(of database: any SQLDatabase) async throws -> String? {
    let rows = try await database.scan(
        Statement("SELECT id, created_at FROM domain ORDER BY created_at, id LIMIT 1"))
    guard var row = rows.first?.reader() else { return nil }
    return "\(try row.text()) \(try row.integer())"
}

/// How many rows there are in all tables that move.
public func totalRows(of database: any SQLDatabase) async throws -> Int64 {
    let counts = try await database.scan(tables.map { TableStatements($0).count })
    return try counts.reduce(0) { sum, rows in
        var row = rows.first?.reader()
        return sum + (try row?.integer() ?? 0)
    }
}

/// - Throws: `MoveProblem` unless the database has been through all steps of this program's schema, and no others.
public func checkSchema(of database: any SQLDatabase) async throws {
    let rows: [Row]
    do {
        rows = try await database.scan(Statement("SELECT version, name FROM schema_version ORDER BY version"))
    } catch StorageError.statement { throw MoveProblem.notOurs }
    guard !rows.isEmpty else { throw MoveProblem.notOurs }
    guard rows.count >= schema.count else { throw MoveProblem.olderSource(rows.count) }
    guard rows.count == schema.count else { throw MoveProblem.newerSource(rows.count) }
    for (row, step) in zip(rows, schema) {
        var column = row.reader()
        _ = try column.integer()
        guard try column.text() == step.name else { throw MoveProblem.otherSteps }
    }
}
