import AuthorizationServer
import Storage
import Synchronization

/// The connections for one purpose, and the calls that wait for one of them. Every call that came in leaves
/// in one of these ways: answered, refused, or sent, and then it is answered or refused when its group is.
final class Lane {
    /// Calls that were sent before, and go before those that were not.
    struct Again {
        let calls: [Call]
        var isRemainder = false
        var notBefore: Instant
        let expires: Instant
    }

    let purpose: Purpose
    let links: [Link]
    let options: PostgresDatabase.Options
    let gauges: Gauges

    var waiting = Queue<Call>()
    var again: [Again] = []
    /// Who asks for the counts of changes, and until when the first of them waits.
    var counting: [UnsafeContinuation<ChangeCount, any Error>] = []
    var countingExpires = Instant.now

    /// Since when there has been no connection and none to be had.
    private var downSince: Instant?

    init(_ purpose: Purpose, _ links: [Link], _ options: PostgresDatabase.Options, _ gauges: Gauges) {
        self.purpose = purpose
        self.links = links
        self.options = options
        self.gauges = gauges
    }

    var isIdle: Bool {
        waiting.isEmpty && again.isEmpty && counting.isEmpty
            && links.allSatisfy { $0.underWay.isEmpty && $0.done.isEmpty }
    }

    func accept(_ calls: [Call], counting callers: [UnsafeContinuation<ChangeCount, any Error>] = [], at now: Instant) {
        for var call in calls {
            call.expires = now + options.connectionTime
            waiting.append(call)
        }
        if counting.isEmpty { countingExpires = now + options.connectionTime }
        counting += callers
    }

    /// Has calls sent once more, before all others.
    func repeatCalls(_ calls: [Call], isRemainder: Bool = false, after pause: Duration = .zero, at now: Instant) {
        again.append(
            Again(
                calls: calls, isRemainder: isRemainder, notBefore: now + pause,
                expires: now + pause + options.connectionTime))
    }

    /// Sends what waits, as far as there are connections for it, and has one opened where there is none.
    func dispatch(at now: Instant) {
        while let link = freest(), let (calls, isRemainder) = next(at: now) {
            if purpose == .write { gauges.largestGroup.max(calls.count, ordering: .relaxed) }
            link.send(purpose == .write ? inLockOrder(calls) : calls, isRemainder: isRemainder, at: now)
        }
        guard !(waiting.isEmpty && again.isEmpty && counting.isEmpty), !links.contains(where: \.isOpening) else {
            return
        }
        links.first { $0.state == .unopened }?.open()
    }

    private func freest() -> Link? {
        links.filter { $0.isReady && $0.underWay.count < purpose.depth }.min { $0.underWay.count < $1.underWay.count }
    }

    private func next(at now: Instant) -> (calls: [Call], isRemainder: Bool)? {
        if let index = again.firstIndex(where: { $0.notBefore <= now }) {
            let first = again.remove(at: index)
            return (first.calls, first.isRemainder)
        }
        var calls = waiting.pop(atMost: purpose.group(options))
        gauge.waiting.subtract(calls.count, ordering: .relaxed)
        if !counting.isEmpty {
            // Whoever asks after this is sent has the next one: it is as of the call.
            calls.append(Call([Self.count], .count(counting)))
            gauge.waiting.subtract(counting.count, ordering: .relaxed)
            counting = []
        }
        return calls.isEmpty ? nil : (calls, false)
    }

    /// In the order changes, endings.
    private static let count = Statement(
        "SELECT value FROM change_count WHERE name IN ('changes', 'endings') ORDER BY name")

    /// Two nodes whose groups lock the same rows then mostly do so in one order, instead of waiting for each
    /// other.
    private func inLockOrder(_ calls: [Call]) -> [Call] {
        guard calls.count > 1 else { return calls }
        return calls.sorted { left, right in
            guard let left = left.statements.first, let right = right.statements.first else { return false }
            if left.sql != right.sql { return left.sql < right.sql }
            switch (left.parameters.first, right.parameters.first) {
            case (.text(let left), .text(let right)): return left < right
            case (.integer(let left), .integer(let right)): return left < right
            default: return false
            }
        }
    }

    var gauge: Gauges.Lane { gauges.lanes[purpose.rawValue] }
}

extension Lane {
    /// Refuses what has waited too long; at once, when there has been no connection for that long.
    func refuseExpired(at now: Instant) {
        if links.contains(where: \.isReady) {
            downSince = nil
        } else if downSince == nil, links.contains(where: { $0.reason != nil }) {
            downSince = now
        }
        let isDown = downSince.map { $0 + options.connectionTime <= now } ?? false

        while let call = waiting.first, isDown || call.expires <= now {
            _ = waiting.pop()
            gauge.waiting.subtract(1, ordering: .relaxed)
            call.reply.refuse(noConnection)
        }
        if !counting.isEmpty, isDown || countingExpires <= now {
            gauge.waiting.subtract(counting.count, ordering: .relaxed)
            Reply.count(counting).refuse(noConnection)
            counting = []
        }
        for late in again.filter({ $0.expires <= now }).flatMap(\.calls) { late.reply.refuse(noConnection) }
        again.removeAll { $0.expires <= now }
    }

    private var noConnection: StoreError {
        .unavailable(
            links.compactMap(\.reason).first.map { "PostgreSQL is out of reach: \($0)" }
                ?? "Every connection to PostgreSQL is busy.")
    }

    /// When something that waits has to be looked at. What could go already waits for a connection.
    func deadline(after now: Instant) -> Instant? {
        var earliest = waiting.first?.expires
        func consider(_ instant: Instant) { earliest = min(earliest ?? instant, instant) }
        if !counting.isEmpty { consider(countingExpires) }
        for group in again { consider(group.notBefore > now ? group.notBefore : group.expires) }
        return earliest
    }
}
