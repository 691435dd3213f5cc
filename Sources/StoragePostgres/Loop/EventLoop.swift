import Foundation
import Storage

/// The one thread that owns the connections: it takes in what is asked, sends it, waits, and deals with what
/// the server answers. Nothing here waits for anything but in `wait`.
final class EventLoop {
    private let desk: Desk
    private let lanes: [Lane]
    private let listener: Listener
    /// All of the lanes' and the listener's, by their numbers.
    private let links: [Link]
    private let canceller = Canceller()
    private var isClosing = false
    private var closers: [UnsafeContinuation<Void, Never>] = []
    private var polled: [pollfd] = []

    init(_ desk: Desk, _ address: Address, _ options: PostgresDatabase.Options) {
        self.desk = desk
        var links: [Link] = []
        for purpose in Purpose.allCases {
            for _ in 0..<purpose.connections(options) {
                links.append(Link(purpose, number: links.count, address, options, desk))
            }
        }
        self.links = links
        lanes = Purpose.allCases.filter { $0 != .listen }.map { purpose in
            Lane(purpose, links.filter { $0.purpose == purpose }, options, desk.gauges)
        }
        listener = Listener(links[links.count - 1], desk.watch)
    }

    func run() {
        listener.link.open()
        while true {
            takeIn(at: .now)
            let now = Instant.now
            for link in links { giveUpOverdue(link, at: now) }
            for lane in lanes {
                lane.refuseExpired(at: now)
                lane.dispatch(at: now)
            }
            listener.check(at: now)
            for link in links where link.hasUnsent && !link.flush() { lose(link, "the connection was lost", at: now) }
            if isClosing, lanes.allSatisfy(\.isIdle) { break }
            wait(from: now)
        }
        desk.watch.stop()
        for link in links { _ = link.letGo() }
        for closer in closers { closer.resume() }
        desk.finish()
    }

    private func takeIn(at now: Instant) {
        let inbox = desk.take()
        isClosing = isClosing || inbox.isClosed
        closers += inbox.closers
        for (number, handover) in inbox.handovers { links[number].receive(handover, at: now) }
        for lane in lanes {
            lane.accept(
                inbox.calls[lane.purpose.rawValue], counting: lane.purpose == .read ? inbox.counting : [], at: now)
        }
        if inbox.hasCancellations { lanes.first { $0.purpose == .scan }?.cancel(canceller) }
    }

    /// A connection that is of no use, an answer that does not come, and a pause that is over.
    private func giveUpOverdue(_ link: Link, at now: Instant) {
        if let reason = link.refusal { return lose(link, reason, at: now) }
        guard let deadline = link.deadline, deadline <= now else { return }
        if case .lost = link.state { return link.open() }
        lose(link, "no answer came in time", mayRepeat: false, at: now)
    }

    private func lose(_ link: Link, _ reason: String, mayRepeat: Bool = true, at now: Instant) {
        finish(link.done, of: link, at: now)
        link.done = []
        let groups = link.lose(reason, at: now)
        if link.purpose == .listen { listener.stop() }
        lane(of: link)?.conclude(lost: groups, reason, mayRepeat: mayRepeat, at: now)
    }

    private func lane(of link: Link) -> Lane? { lanes.first { $0.purpose == link.purpose } }

    private func finish(_ groups: [Group], of link: Link, at now: Instant) {
        for group in groups {
            if group.purpose == .check {
                listener.conclude(group, at: now)
            } else if let reason = lane(of: link)?.conclude(group, on: link, at: now) {
                link.refusal = reason
            }
        }
    }

    private func wait(from now: Instant) {
        polled.removeAll(keepingCapacity: true)
        polled.append(pollfd(fd: desk.descriptor, events: Int16(POLLIN), revents: 0))
        for link in links {
            let events = POLLIN | (link.hasUnsent ? POLLOUT : 0)
            // A negative descriptor is passed over.
            polled.append(pollfd(fd: link.descriptor, events: Int16(events), revents: 0))
        }
        let deadlines =
            links.compactMap(\.deadline) + lanes.compactMap { $0.deadline(after: now) }
            + [listener.deadline].compactMap(\.self)
        // Rounded up, so that what is due is due when it wakes.
        let pause = deadlines.min().map { min(max(($0 - now).milliseconds + 1, 0), 60_000) } ?? 60_000
        _ = poll(&polled, nfds_t(polled.count), Int32(pause))

        if polled[0].revents != 0 { desk.hear() }
        for (link, entry) in zip(links, polled.dropFirst()) where entry.revents != 0 {
            let now = Instant.now
            // Something was not sent, and so what is answered next might be taken for another's.
            if let reason = link.refusal {
                lose(link, reason, at: now)
                continue
            }
            let loss = link.receive()
            finish(link.done, of: link, at: now)
            link.done = []
            listener.hear()
            if let loss { lose(link, loss, at: now) }
        }
    }
}
