import CPostgreSQL

/// Which statements one connection has prepared. Each text is prepared once for the types of its parameters;
/// NULL fits any.
struct PreparedStatements {
    struct Entry {
        let name: String
        let types: [Oid]
    }

    enum Plan {
        case known(name: String)
        case new(name: String)
        /// There are too many texts already: this one is prepared for this one time.
        case unnamed
    }

    private var entries: [String: [Entry]] = [:]
    private var count = 0
    private var names = 0
    /// The program has far fewer; what it bounds is a program that puts values into its texts.
    private let limit = 1_000

    mutating func plan(_ sql: String, _ types: [Oid]) -> Plan {
        if let entry = entries[sql]?.first(where: { $0.fits(types) }) { return .known(name: entry.name) }
        guard count < limit else { return .unnamed }
        count += 1
        names += 1
        let name = "s\(names)"
        entries[sql, default: []].append(Entry(name: name, types: types))
        return .new(name: name)
    }

    /// What was to be prepared and was not.
    mutating func forget(_ sql: String, name: String) {
        guard let known = entries[sql] else { return }
        let left = known.filter { $0.name != name }
        count -= known.count - left.count
        entries[sql] = left.isEmpty ? nil : left
    }

    mutating func forgetAll() {
        entries = [:]
        count = 0
    }
}

extension PreparedStatements.Entry {
    fileprivate func fits(_ other: [Oid]) -> Bool {
        types.count == other.count && zip(types, other).allSatisfy { $0 == $1 || $1 == 0 }
    }
}
