import CPostgreSQL
import Storage

/// The values of one statement as the server takes them: text after text in one piece of memory, which is
/// used again for the next statement.
struct Parameters {
    /// The type of each, 0 for NULL: the server finds out from where it stands.
    private(set) var types: [Oid] = []
    private var bytes: [CChar] = []
    /// Where each starts in `bytes`; -1 for NULL.
    private var starts: [Int] = []
    private var pointers: [UnsafePointer<CChar>?] = []

    mutating func set(_ values: [SQLValue]) {
        types.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        for value in values { append(value) }
    }

    private mutating func append(_ value: SQLValue) {
        guard value != .null else {
            types.append(0)
            starts.append(-1)
            return
        }
        starts.append(bytes.count)
        switch value {
        case .null: break
        case .integer(let integer):
            types.append(ColumnType.int8)
            append(digitsOf: integer)
        case .boolean(let boolean):
            types.append(ColumnType.bool)
            bytes.append(CChar(UInt8(ascii: boolean ? "t" : "f")))
        case .text(var text):
            types.append(ColumnType.text)
            text.withUTF8 { bytes.append(contentsOf: UnsafeRawBufferPointer($0).bindMemory(to: CChar.self)) }
        }
        bytes.append(0)
    }

    private mutating func append(digitsOf integer: Int64) {
        if integer < 0 { bytes.append(CChar(UInt8(ascii: "-"))) }
        let start = bytes.count
        var rest = integer.magnitude
        repeat {
            bytes.append(CChar(48 + rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    mutating func withPointers<Answer>(
        _ use: (_ count: Int32, _ values: UnsafePointer<UnsafePointer<CChar>?>?) -> Answer
    ) -> Answer {
        bytes.withUnsafeBufferPointer { bytes in
            pointers.removeAll(keepingCapacity: true)
            for start in starts { pointers.append(start < 0 ? nil : bytes.baseAddress.map { $0 + start }) }
            return pointers.withUnsafeBufferPointer { use(Int32($0.count), $0.baseAddress) }
        }
    }
}

extension Statement {
    /// A text ends at its first NUL for libpq, and for the server, which would refuse it.
    ///
    /// - Throws: `StorageError.statement`.
    func check() throws(StorageError) {
        for case .text(let text) in parameters where text.utf8.contains(0) {
            throw .statement("A text parameter holds a NUL character", sql: sql)
        }
    }
}
