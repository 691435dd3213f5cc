import Foundation
import Logging

#if canImport(Glibc)
    import Glibc
#endif

/// A line on standard error for each event: moment, level, label, what belongs to it, who says it, and what.
///
/// Each request has a log of its own with its number in it, and most say nothing; so nothing is put into words before
/// there is a line to write. A line that can't be written is lost, and nobody waits for it.
struct LineLog: LogHandler {
    let label: String
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(label: String) { self.label = label }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let own = event.metadata { all.merge(own) { _, new in new } }
        let pairs = all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value) " }.joined()
        let text = "\(Self.moment()) \(event.level) \(label): \(pairs)[\(event.source)] \(event.message)"
        var line = Array(Self.onOneLine(text).utf8)
        line.append(UInt8(ascii: "\n"))
        // One call, so that lines of different threads don't mix.
        _ = write(STDERR_FILENO, line, line.count)
    }

    /// What a client sent must not look like a line of its own, nor speak to a terminal.
    private static func onOneLine(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return text }
        return text.unicodeScalars.reduce(into: "") { line, scalar in
            if scalar.value < 0x20 || scalar.value == 0x7F {
                line += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
    }

    private static func moment() -> String {
        var seconds = time(nil)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { text in
            guard let start = text.baseAddress, strftime(start, 32, "%Y-%m-%dT%H:%M:%SZ", &parts) > 0 else { return "" }
            return String(cString: start)
        }
    }
}
