import CPostgreSQL
import Storage

/// The types, by their numbers in `pg_type`, which never change.
enum ColumnType {
    static let bool: Oid = 16
    static let int8: Oid = 20
    static let int4: Oid = 23
    static let text: Oid = 25
}

/// The rows of an answer.
///
/// - Throws: `StorageError.unexpectedValue` for a column of another type than the common ones.
func rows(of result: OpaquePointer) throws(StorageError) -> [Row] {
    let count = PQntuples(result)
    guard count > 0 else { return [] }
    let columns = max(PQnfields(result), 0)
    let types = (0..<columns).map { PQftype(result, $0) }
    var rows: [Row] = []
    rows.reserveCapacity(Int(count))
    for row in 0..<count {
        var values: [SQLValue] = []
        values.reserveCapacity(types.count)
        for (column, type) in zip(0..<columns, types) {
            values.append(try value(of: result, row, column, type))
        }
        rows.append(Row(values))
    }
    return rows
}

private func value(of result: OpaquePointer, _ row: Int32, _ column: Int32, _ type: Oid) throws(StorageError)
    -> SQLValue
{
    guard PQgetisnull(result, row, column) == 0, let start = PQgetvalue(result, row, column) else { return .null }
    let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, row, column)))
    switch type {
    case ColumnType.text:
        return .text(String(decoding: bytes, as: UTF8.self))
    case ColumnType.int8, ColumnType.int4:
        guard let integer = integer(bytes) else { break }
        return .integer(integer)
    case ColumnType.bool:
        return .boolean(bytes.first == UInt8(ascii: "t"))
    default: break
    }
    throw .unexpectedValue(
        column: Int(column), expected: "text, an integer or a boolean", found: "PostgreSQL's type number \(type)")
}

private func integer(_ bytes: UnsafeRawBufferPointer) -> Int64? {
    let isNegative = bytes.first == UInt8(ascii: "-")
    var value: Int64 = 0
    for byte in bytes.dropFirst(isNegative ? 1 : 0) {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        let (shifted, isTooLarge) = value.multipliedReportingOverflow(by: 10)
        let digit = Int64(byte - UInt8(ascii: "0"))
        // Downwards, since there is one more negative number than there are positive ones.
        let (next, isTooSmall) = shifted.subtractingReportingOverflow(digit)
        guard !isTooLarge, !isTooSmall else { return nil }
        value = next
    }
    if isNegative { return value }
    return value == .min ? nil : -value
}
