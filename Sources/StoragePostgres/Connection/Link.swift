import CPostgreSQL
import Foundation
import Storage
import Synchronization

/// One connection and what is under way on it. Belongs to the thread of the connections, like the pointer in
/// it: neither is ever seen by another.
final class Link {
    enum State: Equatable {
        case unopened
        case connecting
        case settingUp
        case ready
        case lost(until: Instant)
    }

    let purpose: Purpose
    let number: Int
    let address: Address
    let options: PostgresDatabase.Options
    let desk: Desk

    private(set) var state = State.unopened
    private(set) var connection: OpaquePointer?
    /// Why there was no connection last.
    private(set) var reason: String?
    private var failures = 0

    /// In the order of sending; the server answers in the same.
    var underWay: [Group] = []
    /// Answered to the end, and not yet dealt with.
    var done: [Group] = []
    var prepared = PreparedStatements()
    var parameters = Parameters()
    /// Whether there are bytes that the socket has not taken yet.
    var hasUnsent = false
    /// What was heard by the listening connection.
    var notifications: [String] = []
    /// Why the server at the other end is none to work with, if so.
    var refusal: String?
    /// A name for the schema in which the program's tables are: its number.
    var schema: Int64?

    init(_ purpose: Purpose, number: Int, _ address: Address, _ options: PostgresDatabase.Options, _ desk: Desk) {
        self.purpose = purpose
        self.number = number
        self.address = address
        self.options = options
        self.desk = desk
    }

    var isReady: Bool { state == .ready }
    var isOpening: Bool { state == .connecting || state == .settingUp }
    var descriptor: Int32 { connection.map { PQsocket($0) } ?? -1 }

    /// When it has to be looked at again, whatever happens.
    var deadline: Instant? {
        if case .lost(let until) = state { return until }
        return underWay.first.map { $0.sent + purpose.answerTime(options) }
    }

    /// Has a connection opened by a thread of its own, which is gone when that is done.
    func open() {
        state = .connecting
        Thread.detachNewThread { [desk, address, number] in
            desk.handOver(address.connect(), to: number)
        }
    }

    func receive(_ handover: Handover, at now: Instant) {
        switch handover {
        case .failed(let reason): _ = lose(reason, at: now)
        case .connected(let pointer):
            connection = OpaquePointer(bitPattern: pointer)
            PQsetnonblocking(connection, 1)
            PQenterPipelineMode(connection)
            state = .settingUp
            sendSettings(at: now)
        }
    }

    func becomeReady() {
        state = .ready
        failures = 0
        reason = nil
        gauge.ready.add(1, ordering: .relaxed)
    }

    /// Gives the connection up, and answers what was under way on it. It is opened again after a while, which
    /// is longer each time, and by chance differs from what other nodes do.
    func lose(_ reason: String, at now: Instant) -> [Group] {
        self.reason = reason
        let pause = min(50 * (1 << min(failures, 10)), 2_000)
        failures += 1
        if state == .ready { desk.gauges.losses.add(1, ordering: .relaxed) }
        let groups = letGo()
        state = .lost(until: now + .milliseconds(pause / 2 + Int.random(in: 0...pause / 2)))
        return groups
    }

    /// Gives the connection up for good, or until there is work for it.
    func letGo() -> [Group] {
        if state == .ready { gauge.ready.subtract(1, ordering: .relaxed) }
        PQfinish(connection)
        connection = nil
        state = .unopened
        hasUnsent = false
        refusal = nil
        prepared = PreparedStatements()
        defer { underWay = [] }
        return underWay.filter { $0.purpose == .calls }
    }

    private var gauge: Gauges.Lane { desk.gauges.lanes[purpose.rawValue] }
}
