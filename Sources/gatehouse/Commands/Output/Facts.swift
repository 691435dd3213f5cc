import OAuth

/// What is known of one thing, in the order it is told: a JSON object for programs, aligned lines for people.
struct Facts: ExpressibleByDictionaryLiteral {
    enum Value {
        case text(String?)
        case words([String])
        case flag(Bool)
        case number(Int64)
        case moment(Timestamp?)
        case json(JSON)
    }

    private(set) var facts: [(name: String, value: Value)]

    init(dictionaryLiteral facts: (String, Value)...) { self.facts = facts.map { ($0.0, $0.1) } }

    func adding(_ name: String, _ value: Value) -> Facts {
        var copy = self
        copy.facts.append((name, value))
        return copy
    }

    var json: JSON { .object(facts.map { JSON.Member($0.name, $0.value.json) }) }

    /// One line a fact, the values below each other.
    var lines: [String] { Table(rows: facts.map { [Self.label($0.name), $0.value.text] }).lines }

    func text(of name: String) -> String { facts.first { $0.name == name }?.value.text ?? "" }

    static func label(_ name: String) -> String { name.replacing("_", with: " ") }
}

extension Facts.Value {
    var json: JSON {
        switch self {
        case .text(let text): .text(text)
        case .words(let words): .texts(words)
        case .flag(let flag): .bool(flag)
        case .number(let number): .integer(number)
        case .moment(let moment): .moment(moment)
        case .json(let json): json
        }
    }

    var text: String {
        switch self {
        case .text(let text): printable(text ?? "-")
        case .words(let words): words.isEmpty ? "-" : printable(words.joined(separator: " "))
        case .flag(let flag): flag ? "yes" : "no"
        case .number(let number): String(number)
        case .moment(let moment): moment.map(\.utc) ?? "-"
        case .json(let json): printable(json.string ?? json.text)
        }
    }
}

/// The text without what could move a terminal's cursor or change its colours: it may come from a stranger.
func printable(_ text: String) -> String {
    let isHarmless = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    if isHarmless { return text }
    return text.unicodeScalars.map { scalar in
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }.joined()
}
