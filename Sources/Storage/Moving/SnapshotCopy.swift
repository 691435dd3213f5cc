/// Copies everything as it is at one moment into an empty database, while others go on writing to the source.
///
/// - Throws: `MoveProblem`; what the databases throw. What has been written by then is worth nothing.
public func copySnapshot(
    of source: any SQLDatabase, to target: any SQLDatabase,
    report: @escaping @Sendable (MoveProgress) -> Void = { _ in }
) async throws -> MoveSummary {
    try await checkSchema(of: source)
    if let place = try await unfinishedMove(into: source) { throw MoveProblem.unfinishedSource(place: place) }
    try await target.migrate(schema)

    let statements = tables.map(TableStatements.init)
    let progress = SnapshotProgress()
    // The counts come first, and of the same moment as the rows.
    try await source.snapshot(statements.map(\.count) + statements.map(\.rows), pageSize: Move.page) { rows, index in
        guard index >= statements.count else {
            var row = rows.first?.reader()
            return await progress.expect(try row?.integer() ?? 0)
        }
        let table = statements[index - statements.count]
        try await target.add(table.movable(rows), to: table, unit: Move.unit)
        report(await progress.add(rows.count, to: index - statements.count, table.table.name))
    }

    var summary = MoveSummary()
    for (table, expected) in zip(statements, await progress.totals) {
        let count = try await target.count(table)
        summary.tables.append((table.table.name, count))
        guard count != expected else { continue }
        summary.note(
            .init(table: table.table.name, key: nil, fault: count > expected ? .surplus(count - expected) : .missing))
    }
    return summary
}

/// What has come of each table, and what is to come.
private actor SnapshotProgress {
    private(set) var totals: [Int64] = []
    private var done: [Int: Int64] = [:]

    func expect(_ count: Int64) { totals.append(count) }

    func add(_ rows: Int, to table: Int, _ name: String) -> MoveProgress {
        done[table, default: 0] += Int64(rows)
        return MoveProgress(
            act: .copying, table: name, rows: done[table, default: 0],
            total: totals.indices.contains(table) ? totals[table] : 0)
    }
}
