import ArgumentParser
import Foundation
import OAuth

/// How a command tells what it did: text for people, or one JSON document on standard output.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print one JSON document instead of text.")
    var json = false

    /// - Parameter note: a sentence for people that follows the facts.
    func tell(_ facts: Facts, note: String? = nil) {
        if json { return print(facts.json.text) }
        for line in facts.lines { print(line) }
        if let note { print("\n\(note)") }
    }

    /// - Parameter columns: the facts that people see, in this order; programs see all of them.
    func tell(_ list: [Facts], columns: [String], of total: Int64? = nil) {
        if json { return print(JSON.array(list.map(\.json)).text) }
        guard !list.isEmpty else { return print("None.") }
        let heading = columns.map { Facts.label($0).uppercased() }
        for line in Table(rows: [heading] + list.map { facts in columns.map(facts.text) }).lines { print(line) }
        if let total, total > Int64(list.count) {
            warn("These are \(list.count) of \(total). More: --limit COUNT, --offset COUNT or --search TEXT.")
        }
    }

    /// What was done: a sentence for people, the facts for programs.
    func tell(_ sentence: String, _ facts: Facts) {
        print(json ? facts.json.text : sentence)
    }
}

/// A sentence for the person at the terminal that is no part of the output.
func warn(_ sentence: String) { FileHandle.standardError.write(Data("\(sentence)\n".utf8)) }
