import NIOCore

/// A text with places for variables, `${name}`.
struct Template: Sendable {
    private enum Piece: Sendable {
        case text(String)
        case variable(String)
    }

    private let pieces: [Piece]

    init(_ source: String) {
        var pieces: [Piece] = []
        var rest = source[...]
        while let start = rest.firstRange(of: "${"), let end = rest[start.upperBound...].firstIndex(of: "}") {
            pieces.append(.text(String(rest[..<start.lowerBound])))
            pieces.append(.variable(String(rest[start.upperBound..<end])))
            rest = rest[rest.index(after: end)...]
        }
        pieces.append(.text(String(rest)))
        self.pieces = pieces
    }

    var isFixed: Bool { pieces.count == 1 }

    /// Writes the text with `values` put in as they are: a step that needs them encoded says so in its text.
    func write(_ values: [String: String], to buffer: inout ByteBuffer) {
        for piece in pieces {
            switch piece {
            case .text(let text): buffer.writeString(text)
            case .variable(let name): buffer.writeString(values[name, default: ""])
            }
        }
    }
}
