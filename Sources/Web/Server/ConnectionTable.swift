import Metrics
import NIOCore
import Synchronization

/// Asks a connection to close if it is not in the midst of a request.
struct ConnectionsAreScarce: Sendable {}

/// The open connections, and who makes room when they become too many.
///
/// A server that merely stops accepting is out of service as soon as somebody opens connections and says
/// nothing. So those that have waited longest for a request are closed instead: a client that has one to send
/// is served, even while connections are opened faster than their time-outs end them.
final class ConnectionTable: Sendable {
    private let connections = Mutex(Connections())
    private let limit: Int
    /// From here on each new connection has two others asked to close, so that there is room again soon.
    private let comfortable: Int
    private let metrics: ConnectionMetrics?

    init(limit: Int, metrics: ConnectionMetrics? = nil) {
        self.limit = limit
        self.metrics = metrics
        comfortable = limit - limit / 10
    }

    /// - Returns: whether there is room for `channel`. It leaves the table when it closes.
    func admit(_ channel: any Channel) -> Bool {
        let (number, asked) = connections.withLock { connections in
            let count = connections.channels.count
            let asked = count < comfortable ? [] : [connections.longestLeftAlone(), connections.longestLeftAlone()]
            guard count < limit else { return (UInt64?.none, asked) }
            metrics?.open.record(count + 1)
            return (connections.add(channel), asked)
        }
        for case let channel? in asked { channel.pipeline.fireUserInboundEventTriggered(ConnectionsAreScarce()) }

        guard let number else {
            metrics?.refused.increment()
            return false
        }
        metrics?.accepted.increment()
        channel.closeFuture.whenComplete { _ in
            self.connections.withLock { connections in
                connections.channels[number] = nil
                self.metrics?.open.record(connections.channels.count)
            }
        }
        return true
    }
}

private struct Connections {
    var channels: [UInt64: any Channel] = [:]
    private var last: UInt64 = 0
    /// Who is asked to close first is first. Some of them have closed already.
    private var queue = CircularBuffer<UInt64>()

    mutating func add(_ channel: any Channel) -> UInt64 {
        if queue.count > 2 * channels.count + 64 { queue = CircularBuffer(queue.filter { channels[$0] != nil }) }
        last += 1
        channels[last] = channel
        queue.append(last)
        return last
    }

    /// The connection that has not been asked for longest, which becomes the one that was asked last.
    mutating func longestLeftAlone() -> (any Channel)? {
        while let number = queue.popFirst() {
            guard let channel = channels[number] else { continue }
            queue.append(number)
            return channel
        }
        return nil
    }
}
