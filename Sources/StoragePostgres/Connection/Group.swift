import Storage

/// What is sent between two Syncs: one transaction of the server.
struct Group {
    enum Purpose {
        case calls
        /// The settings of a new connection.
        case setUp
        /// The listening connection's own questions.
        case check
    }

    /// What the server answers next, in the order of sending.
    enum Step {
        case prepared(call: Int, sql: String, name: String)
        case rows(call: Int, statement: Int)
    }

    let purpose: Purpose
    var calls: [Call]
    let sent: Instant
    /// Whether it is what is left of a larger one that failed.
    let isRemainder: Bool

    var steps: [Step] = []
    var next = 0
    /// For each call its statements' rows.
    var answers: [[[Row]]]
    /// The first statement that failed, and the call it belongs to, if it is one's fault.
    var failure: ServerFailure?
    var failedCall: Int?
    /// Calls whose rows are of no common kind. They have been carried out.
    var unreadable: [Int: StorageError] = [:]

    init(_ purpose: Purpose, _ calls: [Call], isRemainder: Bool = false, at now: Instant) {
        self.purpose = purpose
        self.calls = calls
        self.isRemainder = isRemainder
        sent = now
        answers = Array(repeating: [], count: max(calls.count, 1))
    }

    /// The text of the statement that is answered next.
    func sql(of step: Step) -> String {
        switch step {
        case .prepared(_, let sql, _): sql
        case .rows(let call, let statement):
            calls.indices.contains(call) ? calls[call].statements[statement].sql : ""
        }
    }
}
