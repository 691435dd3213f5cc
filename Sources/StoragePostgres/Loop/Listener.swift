import Foundation
import Storage

/// Hears of changes on other nodes, and every second makes sure that it still would.
final class Listener {
    let link: Link
    private let watch: ChangeWatch
    private var nextCheck: Instant?
    private var hasListened = false
    private var checks = 0

    init(_ link: Link, _ watch: ChangeWatch) {
        self.link = link
        self.watch = watch
    }

    /// When there is something to send.
    var deadline: Instant? { link.isReady && link.underWay.isEmpty ? nextCheck : nil }

    func check(at now: Instant) {
        guard link.isReady, link.underWay.isEmpty, nextCheck.map({ $0 <= now }) ?? true else { return }
        nextCheck = now + .seconds(1)
        var statements = ["SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"]
        if !hasListened {
            guard let schema = link.schema else { return link.refusal = "the search_path names no schema" }
            statements.insert("LISTEN \"\(channel(schema))\"", at: 0)
        }
        link.send(.check, statements, at: now)
    }

    func conclude(_ group: Group, at now: Instant) {
        guard group.failure == nil, case .integer(let theirs) = group.answers[0].last?.first?.values.first else {
            return link.refusal = group.failure?.message ?? "it did not tell the time"
        }
        // The answer was on its way for half of the time, or thereabouts.
        if checks % 60 == 0 {
            let half = (now - group.sent) / 2
            watch.clockOffset = theirs - (microseconds() - half.milliseconds * 1_000)
        }
        checks += 1
        if !hasListened {
            hasListened = true
            watch.start()
        }
    }

    func hear() {
        guard !link.notifications.isEmpty else { return }
        link.notifications = []
        watch.bump()
    }

    func stop() {
        watch.stop()
        hasListened = false
        nextCheck = nil
        checks = 0
    }

    /// This machine's clock. Not the program's, since it is the machines that are compared.
    private func microseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000
    }
}

/// Each schema has its own. `Announcement.swift` has the other end.
func channel(_ schema: Int64) -> String { "gatehouse_\(schema)" }
