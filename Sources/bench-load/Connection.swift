import NIOCore

/// One client: sends a step, waits for its answer, sends the next.
final class Connection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Stage { case before, waiting, pass }

    private let run: Run
    private var values: [String: String] = [:]
    private var context: ChannelHandlerContext?
    private var received = ByteBuffer()
    private var stage = Stage.before
    private var position = 0
    private var passBegan = NIODeadline.now()

    init(run: Run) { self.run = run }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        begin()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        do {
            guard let response = try Response(from: &received) else { return }
            answered(response)
        } catch {
            run.failed(error.rawValue, error.rawValue)
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        run.closed()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func beginPass() {
        stage = .pass
        position = 0
        if let turn = run.takeTurn() { values = turn }
        passBegan = .now()
        sendOrAdvance()
    }

    private func begin() {
        stage = .before
        position = 0
        values = [:]
        sendOrAdvance()
    }

    private var requests: [Request] { stage == .before ? run.requests.before : run.requests.steps }

    /// Sends the step at `position`; past the last one, goes on to what comes next.
    private func sendOrAdvance() {
        guard let context else { return }
        if position < requests.count {
            context.writeAndFlush(wrapOutboundOut(requests[position].bytes(with: values)), promise: nil)
            return
        }
        if stage == .pass { run.passed(since: passBegan, with: values) }
        if run.isOver {
            context.close(promise: nil)
        } else if run.isStarted {
            beginPass()
        } else {
            stage = .waiting
            run.isReady(self)
        }
    }

    private func answered(_ response: Response) {
        guard stage != .waiting, position < requests.count else {
            run.failed("unasked answer", response.excerpt)
            return
        }
        let step = requests[position].step
        guard response.status == step.expect else {
            refused("\(response.status)", step, response)
            return
        }
        for (name, marker) in step.capture {
            guard let value = response.value(after: marker) else {
                refused("no \(name)", step, response)
                return
            }
            values[name] = value
        }
        position += 1
        sendOrAdvance()
    }

    /// Counts the failure and starts over, since what the following steps need is missing now.
    private func refused(_ kind: String, _ step: Step, _ response: Response) {
        run.failed(kind, "\(step.method) \(step.path.prefix(40)): \(response.status): \(response.excerpt)")
        if run.isOver { context?.close(promise: nil) } else { begin() }
    }
}
