import CPostgreSQL
import Storage

extension Link {
    /// Takes in what has arrived. Groups that are complete are added to `done`.
    ///
    /// - Returns: why the connection is lost, if it is.
    func receive() -> String? {
        var isAlive = PQconsumeInput(connection) == 1
        process()
        // TLS may hold back what came in one record with what has been read, and the socket would not tell.
        if isAlive, PQsslInUse(connection) == 1 {
            isAlive = PQconsumeInput(connection) == 1
            process()
        }
        if purpose == .listen { hear() }
        guard isAlive, PQstatus(connection) == CONNECTION_OK else {
            return underWay.first?.failure?.message ?? address.reason(PQerrorMessage(connection))
        }
        return nil
    }

    private func process() {
        // Between the answers to two statements there is a nil. Several in a row would mean that libpq expects
        // nothing more: then time runs out, and the connection with it.
        var silence = 0
        while !underWay.isEmpty, silence < 4, PQisBusy(connection) == 0 {
            guard let result = PQgetResult(connection) else {
                silence += 1
                continue
            }
            silence = 0
            take(result)
            PQclear(result)
        }
    }

    private func take(_ result: OpaquePointer) {
        switch PQresultStatus(result) {
        case PGRES_PIPELINE_SYNC:
            let group = underWay.removeFirst()
            // A `BEGIN` among the statements: what comes after it would be answered and never kept.
            let status = PQtransactionStatus(connection)
            if status == PQTRANS_INTRANS || status == PQTRANS_INERROR {
                refusal = "a statement left a transaction open"
            }
            if group.purpose == .setUp { concludeSettings(group) } else { done.append(group) }
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
            underWay[0].take(rowsOf: result)
        case PGRES_PIPELINE_ABORTED:
            underWay[0].skip { prepared.forget($0, name: $1) }
        default:
            underWay[0].fail(result) { prepared.forget($0, name: $1) }
        }
    }

    private func concludeSettings(_ group: Group) {
        guard group.failure == nil, let row = group.answers[0].first?.first?.values, row.count > 1 else {
            return refusal = group.failure?.message ?? "its settings could not be made"
        }
        // A standby answers what was true a moment ago, and a read here must see what was written before.
        guard row[0] == .boolean(false) else { return refusal = "the server is a standby" }
        if case .integer(let schema) = row[1] { self.schema = schema }
        becomeReady()
    }

    private func hear() {
        while let notification = PQnotifies(connection) {
            notifications.append(String(cString: notification.pointee.extra))
            PQfreemem(notification)
        }
    }
}

extension Group {
    fileprivate mutating func take(rowsOf result: OpaquePointer) {
        guard steps.indices.contains(next) else { return }
        defer { next += 1 }
        guard case .rows(let call, _) = steps[next] else { return }
        do throws(StorageError) {
            answers[call].append(try rows(of: result))
        } catch {
            answers[call].append([])
            unreadable[call] = unreadable[call] ?? error
        }
    }

    fileprivate mutating func skip(_ forget: (_ sql: String, _ name: String) -> Void) {
        guard steps.indices.contains(next) else { return }
        if case .prepared(_, let sql, let name) = steps[next] { forget(sql, name) }
        next += 1
    }

    /// Also called for what the server only finds when it commits: then it is no one call's fault.
    fileprivate mutating func fail(_ result: OpaquePointer, _ forget: (_ sql: String, _ name: String) -> Void) {
        let step = steps.indices.contains(next) ? steps[next] : nil
        if failure == nil {
            failure = ServerFailure(result, sql: step.map(sql) ?? calls.first?.statements.last?.sql ?? "")
            switch step {
            case .prepared(let call, _, _), .rows(let call, _): failedCall = call
            case nil: failedCall = nil
            }
        }
        skip(forget)
    }
}
