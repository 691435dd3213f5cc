import NIOCore

/// The moments at which a connection is given up, served by one timer.
///
/// A request that comes in time costs no timer: the one that is scheduled stays, and when it fires and nothing
/// is due, it is scheduled anew.
struct Deadlines {
    /// When what the client is to send next must be here: a head, a body, the next request.
    var input = NIODeadline.distantFuture
    /// When the client must have read what waits for it.
    var output = NIODeadline.distantFuture
    /// When a connection that is to end must have ended.
    var end = NIODeadline.distantFuture

    private var timer: (deadline: NIODeadline, task: Scheduled<Void>)?

    private var next: NIODeadline { min(input, output, end) }

    /// The moment for which a timer is missing.
    var unscheduled: NIODeadline? {
        let next = next
        return next < timer?.deadline ?? .distantFuture ? next : nil
    }

    mutating func schedule(_ task: Scheduled<Void>, at deadline: NIODeadline) {
        timer?.task.cancel()
        timer = (deadline, task)
    }

    /// Whether something is due, now that the timer has fired.
    mutating func timerFired(at now: NIODeadline) -> Bool {
        timer = nil
        return next <= now
    }

    mutating func cancel() {
        timer?.task.cancel()
        timer = nil
    }
}

extension ChannelHandlerContext {
    func deadline(in length: Duration) -> NIODeadline { eventLoop.now + TimeAmount(length) }
}
