import AuthorizationServer
import CPostgreSQL
import Storage

/// What the server said about a statement that failed. Nothing of its transaction was kept.
struct ServerFailure: Error {
    /// SQLSTATE, five characters; empty when it is libpq that speaks, because the connection is lost.
    let state: String
    /// What was wrong, without the values it was wrong with.
    let message: String
    /// The columns of the rule that was broken, or its name.
    let rule: String
    let sql: String

    init(_ result: OpaquePointer, sql: String) {
        state = field(result, "C") ?? ""
        let message = field(result, "M") ?? "the connection was lost"
        // Class 22: what could not be read as a number or a date is quoted.
        self.message = state.hasPrefix("22") ? String(message.prefix { $0 != "\"" && $0 != ":" }) : message
        rule = brokenRule(result)
        self.sql = sql
    }

    /// What the caller is told.
    var answer: any Error {
        switch state {
        case "23505": StoreError.conflict(rule)
        case "23503": StoreError.missing
        default: isOfTheDatabase ? StoreError.unavailable(message) : StorageError.statement(message, sql: sql)
        }
    }

    /// Whether the database is at fault and not the statement.
    var isOfTheDatabase: Bool {
        switch state {
        // The server's protocol_violation is about parameters that do not fit.
        case "08P01": false
        // Timeouts of statements and locks, read-only after a failover, and what gives up after retries.
        case "57014", "55P03", "25006", "40001", "40P01", "": true
        default: ["08", "53", "57", "58", "XX"].contains(state.prefix(2))
        }
    }

    /// Whether it would not have happened in another order of things (serialization failure, deadlock).
    var isOfTheMoment: Bool { state == "40001" || state == "40P01" }

    /// Whether statements have to be prepared anew: one is gone, or tables have changed under it.
    var isOfPreparation: Bool { state == "26000" || state == "0A000" }

    /// Whether units that have failed together may do better one by one.
    var mayBeOfOneCall: Bool {
        !isOfTheDatabase || isOfTheMoment || state == "57014" || state == "55P03" || state.hasPrefix("53")
    }

    /// Whether the connection is of no use any more: it is being shut down, or leads to a server that is no
    /// longer the one that writes.
    var leavesConnectionUseless: Bool {
        state == "25006" || (state != "57014" && ["08", "57"].contains(state.prefix(2)) && state != "08P01")
    }
}

private func field(_ result: OpaquePointer, _ name: Unicode.Scalar) -> String? {
    PQresultErrorField(result, Int32(name.value)).map { String(cString: $0) }
}

/// As SQLite says it: `user_account.domain_id, user_account.login_name`. The server's detail has the names of
/// the columns, and after them the values, which go no further: `Key (domain_id, login_name)=(…) already …`.
private func brokenRule(_ result: OpaquePointer) -> String {
    let constraint = field(result, "n") ?? "a rule"
    guard let table = field(result, "t"), let detail = field(result, "D"), let start = detail.firstIndex(of: "("),
        let end = detail.firstRange(of: ")=("), start < end.lowerBound
    else { return constraint }
    let columns = detail[detail.index(after: start)..<end.lowerBound].split(separator: ",")
    return columns.map { "\(table).\($0.drop(while: \.isWhitespace))" }.joined(separator: ", ")
}
