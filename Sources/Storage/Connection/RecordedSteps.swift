extension [Migration] {
    /// How many of these steps a database has been through.
    ///
    /// - Parameters:
    ///   - recorded: version and name of each row of `schema_version`, in their order; `nil` when there is
    ///     no such table.
    ///   - isEmpty: whether there is no table at all.
    /// - Throws: `StorageError.schema` when it has been through others, or belongs to another program.
    public func count(recorded: [Row]?, isEmpty: Bool) throws(StorageError) -> Int {
        guard let recorded else {
            guard isEmpty else {
                throw .schema("This is another program's database: it has tables, but no schema_version.")
            }
            return 0
        }
        guard recorded.count <= count else {
            throw .schema(
                "The database has schema version \(recorded.count), this program knows \(count): use a newer program.")
        }
        for (index, (row, step)) in zip(recorded, self).enumerated() {
            var column = row.reader()
            let (version, name) = (try column.integer(), try column.text())
            guard version == Int64(index) + 1, name == step.name else {
                throw .schema(
                    "Schema version \(version) of the database is “\(name)”, and here \(index + 1) is “\(step.name)”.")
            }
        }
        return recorded.count
    }
}
