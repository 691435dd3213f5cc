import AuthorizationServer
import CPostgreSQL
import Storage
import Synchronization

/// What has been asked since the thread of the connections last looked.
struct Inbox: Sendable {
    /// By `Purpose`.
    var calls: [[Call]] = Array(repeating: [], count: Purpose.allCases.count)
    var counting: [UnsafeContinuation<ChangeCount, any Error>] = []
    /// Connections that have been opened, or could not be, for the link of that number.
    var handovers: [(link: Int, Handover)] = []
    var hasCancellations = false
    var isClosed = false
    /// Who waits until everything is closed.
    var closers: [UnsafeContinuation<Void, Never>] = []

    /// Whether the thread has been woken for what is in here.
    fileprivate var isRung = false
    fileprivate var isOver = false
}

/// Where calls from any number of tasks meet the one thread that owns the connections.
final class Desk: Sendable {
    private let inbox = Mutex(Inbox())
    private let wakeUp: WakeUp
    private let limit: Int
    let gauges: Gauges
    let watch = ChangeWatch()

    init(limit: Int) throws(StorageError) {
        self.limit = limit
        wakeUp = try WakeUp()
        gauges = Gauges()
    }

    /// A call that is refused is answered at once.
    func ask(_ call: Call, of purpose: Purpose) {
        let refusal = post { inbox -> StoreError? in
            if let refusal = admit(&inbox, purpose) { return refusal }
            inbox.calls[purpose.rawValue].append(call)
            return nil
        }
        if let refusal { call.reply.refuse(refusal) }
    }

    func count(for caller: UnsafeContinuation<ChangeCount, any Error>) {
        let refusal = post { inbox -> StoreError? in
            if let refusal = admit(&inbox, .read) { return refusal }
            inbox.counting.append(caller)
            return nil
        }
        if let refusal { caller.resume(throwing: refusal) }
    }

    private func admit(_ inbox: inout Inbox, _ purpose: Purpose) -> StoreError? {
        if inbox.isClosed { return .unavailable("The database is closed.") }
        // Counted up here only, and so never beyond the limit.
        let lane = gauges.lanes[purpose.rawValue]
        guard lane.waiting.load(ordering: .relaxed) < limit else { return .overloaded }
        lane.waiting.add(1, ordering: .relaxed)
        return nil
    }

    func handOver(_ handover: Handover, to link: Int) {
        let isTaken = post { inbox in
            guard !inbox.isOver else { return false }
            inbox.handovers.append((link, handover))
            return true
        }
        if !isTaken { discard(handover) }
    }

    /// Does something that has to come before closing, if that has not come yet.
    func beforeClosing(_ act: () -> Void) -> Bool {
        inbox.withLock { inbox in
            if !inbox.isClosed { act() }
            return !inbox.isClosed
        }
    }

    func cancel() { post { $0.hasCancellations = true } }

    func close() { post { $0.isClosed = true } }

    func close(_ caller: UnsafeContinuation<Void, Never>) {
        let isOver = post { inbox in
            inbox.isClosed = true
            if !inbox.isOver { inbox.closers.append(caller) }
            return inbox.isOver
        }
        if isOver { caller.resume() }
    }

    @discardableResult
    private func post<Answer: Sendable>(_ act: (inout sending Inbox) -> sending Answer) -> Answer {
        let (answer, isFirst) = inbox.withLock { inbox in
            let answer = act(&inbox)
            defer { inbox.isRung = true }
            return (answer, !inbox.isRung)
        }
        if isFirst { wakeUp.ring() }
        return answer
    }
}

extension Desk {
    /// What the thread polls besides its connections.
    var descriptor: Int32 { wakeUp.descriptor }
    func hear() { wakeUp.hear() }

    /// Everything that has come in, for the thread of the connections.
    func take() -> Inbox {
        inbox.withLock { inbox in
            var taken = Inbox()
            taken.isClosed = inbox.isClosed
            swap(&taken, &inbox)
            swap(&taken.closers, &inbox.closers)
            return taken
        }
    }

    /// Called when the last connection is closed.
    func finish() {
        let last = inbox.withLock { inbox in
            inbox.isOver = true
            return inbox
        }
        for handover in last.handovers { discard(handover.1) }
        for closer in last.closers { closer.resume() }
    }

    private func discard(_ handover: Handover) {
        if case .connected(let address) = handover { PQfinish(OpaquePointer(bitPattern: address)) }
    }
}
