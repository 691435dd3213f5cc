/// Writes Prometheus's text format, version 0.0.4.
struct Exposition {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var text = ""

    mutating func begin(_ family: MetricFamily) {
        text += "# HELP \(family.name) \(Self.escaped(family.help))\n"
        text += "# TYPE \(family.name) \(family.kind.word)\n"
    }

    /// - Parameter labels: as `labels` writes them.
    mutating func sample(_ name: String, _ labels: String, _ value: String) {
        text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    mutating func histogram(_ name: String, _ labels: String, _ cell: HistogramCell) {
        let prefix = labels.isEmpty ? "" : labels + ","
        let counts = cell.cumulativeCounts
        for (count, bound) in zip(counts, cell.buckets.bounds.map { Double($0) / cell.buckets.scale }) {
            sample("\(name)_bucket", "\(prefix)le=\"\(Self.number(bound))\"", "\(count)")
        }
        let all = "\(counts.last ?? 0)"
        sample("\(name)_bucket", "\(prefix)le=\"+Inf\"", all)
        sample("\(name)_sum", labels, Self.number(cell.sum))
        sample("\(name)_count", labels, all)
    }

    /// `name="value",…` in the order of the names, so that equal sets are equal texts.
    static func labels(_ labels: [(String, String)]) -> String {
        labels.sorted { $0.0 < $1.0 }.map { "\(name($0.0))=\"\(escaped($0.1, quotes: true))\"" }
            .joined(separator: ",")
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    /// `[a-zA-Z_][a-zA-Z0-9_]*`; whatever else is in a name becomes `_`.
    private static func name(_ text: String) -> String {
        let isPlain = { (character: Character) in
            character.isASCII && (character.isLetter || character.isNumber || character == "_")
        }
        let name = String(text.map { isPlain($0) ? $0 : "_" })
        return name.first?.isNumber ?? true ? "_" + name : name
    }

    private static func escaped(_ text: String, quotes: Bool = false) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
