import CPostgreSQL
import Storage

extension Link {
    /// Sends calls as one transaction. What is not sent because the connection is gone is found out when it
    /// is read from: then it is lost with everything under way.
    func send(_ calls: [Call], isRemainder: Bool = false, at now: Instant) {
        var group = Group(.calls, calls, isRemainder: isRemainder, at: now)
        for (index, call) in calls.enumerated() {
            for (number, statement) in call.statements.enumerated() {
                send(statement, of: index, number, in: &group)
            }
        }
        finish(group)
    }

    /// Sends statements of the program's own, without parameters.
    func send(_ purpose: Group.Purpose, _ statements: [String], at now: Instant) {
        var group = Group(purpose, [], at: now)
        for (number, sql) in statements.enumerated() {
            note(PQsendQueryParams(connection, sql, 0, nil, nil, nil, nil, 0))
            group.steps.append(.rows(call: 0, statement: number))
        }
        finish(group)
    }

    private func send(_ statement: Statement, of call: Int, _ number: Int, in group: inout Group) {
        let connection = connection
        parameters.set(statement.parameters)
        let types = parameters.types
        switch prepared.plan(statement.sql, types) {
        case .known(let name):
            note(parameters.withPointers { PQsendQueryPrepared(connection, name, $0, $1, nil, nil, 0) })
        case .new(let name):
            note(PQsendPrepare(connection, name, statement.sql, Int32(types.count), types))
            group.steps.append(.prepared(call: call, sql: statement.sql, name: name))
            note(parameters.withPointers { PQsendQueryPrepared(connection, name, $0, $1, nil, nil, 0) })
        case .unnamed:
            note(parameters.withPointers { PQsendQueryParams(connection, statement.sql, $0, types, $1, nil, nil, 0) })
        }
        group.steps.append(.rows(call: call, statement: number))
    }

    /// What libpq has not taken will have no answer, and so the connection goes, and answers its calls.
    private func note(_ isTaken: Int32) {
        if isTaken == 0 { refusal = address.reason(PQerrorMessage(connection)) }
    }

    private func finish(_ group: Group) {
        note(PQpipelineSync(connection))
        underWay.append(group)
        hasUnsent = true
    }

    /// - Returns: whether there still is a connection.
    func flush() -> Bool {
        switch PQflush(connection) {
        case 0: hasUnsent = false
        case 1: hasUnsent = true
        default: return false
        }
        return true
    }

    /// What the program relies on, whatever the server's own settings are. Sent when the connection is there,
    /// and not with it: a connection that starts read-only would not do for `target_session_attrs=read-write`,
    /// and poolers refuse `options`.
    func sendSettings(at now: Instant) {
        let time = purpose == .scan ? options.scanTime : options.statementTime
        var settings = [
            ("statement_timeout", "\(time.milliseconds)"),
            ("lock_timeout", "\(options.lockTime.milliseconds)"),
            ("idle_in_transaction_session_timeout", "10000"),
            // Not a default: a session that starts so has each group as a transaction of this kind.
            ("default_transaction_isolation", purpose == .scan ? "repeatable read" : "read committed"),
        ]
        if purpose.isReading { settings.append(("default_transaction_read_only", "on")) }
        if purpose != .scan {
            // Everything but a scan goes by keys. So one plan is as good as another that knows the values, and
            // planning costs more than running; and it is by index, also where nothing is known of a table yet.
            settings += [("plan_cache_mode", "force_generic_plan"), ("enable_seqscan", "off")]
        }
        let calls = settings.map { "set_config('\($0.0)', '\($0.1)', false)" }.joined(separator: ", ")
        send(
            .setUp,
            [
                """
                SELECT pg_is_in_recovery(), (SELECT oid::bigint FROM pg_namespace WHERE nspname = current_schema()),
                    set_config('synchronous_commit', CASE current_setting('synchronous_commit')
                        WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false), \(calls)
                """
            ], at: now)
    }
}

extension Duration {
    /// At least one: 0 would mean no limit.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return max(min(seconds, 1_000_000_000) * 1_000 + attoseconds / 1_000_000_000_000_000, 1)
    }
}
