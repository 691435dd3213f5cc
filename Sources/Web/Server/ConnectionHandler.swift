import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// One HTTP/1.1 connection, between the decoder and the application: refuses what must not be acted on, lets one
/// request at a time through, writes the responses, and ends the connection when it is time.
///
/// It stands in for three handlers of Hummingbird's own pipeline (response encoder, type conversion, connection
/// state), so that what they would have to tell each other is at hand.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = ByteBuffer

    /// Whether the connection is TLS. Known before the first request is read.
    var isSecure = false

    private let limits: HTTPLimits
    private let decoder: RequestDecoder
    private let metrics: ConnectionMetrics?

    /// The request that the application has, until its response is complete.
    private var exchange: Exchange?
    /// What came after that request (RFC 9112 §9.3.2, pipelining), until it is its turn.
    private var held = CircularBuffer<ClientInput>()
    private var isReadHeld = false
    /// Whether our side of the connection has ended: what comes in is thrown away, what goes out as well.
    private var isFinished = false
    /// Whether the server shuts down, so that the next response is the last.
    private var isDraining = false
    /// Whether bytes of a head have come that is not complete.
    private var isHeadBegun = true
    private var hasDecoded = false
    private var response = ResponseWriter()
    private var deadlines = Deadlines()

    init(limits: HTTPLimits, decoder: RequestDecoder, metrics: ConnectionMetrics? = nil) {
        self.limits = limits
        self.decoder = decoder
        self.metrics = metrics
    }

    // MARK: What the client sends

    func channelActive(context: ChannelHandlerContext) {
        deadlines.input = context.deadline(in: limits.headTimeout)
        schedule(context)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasDecoded = true
        let part = unwrapInboundIn(data)
        if case .end = part { decoder.requestEnded() }
        take(.part(part), context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case let refusal as RequestRefusal: take(.refusal(refusal), context)
        // The decoder reports a wrong version twice: so, and by throwing.
        case is HTTPParserError: take(.refusal(.notHTTP), context)
        // What comes after what could not be read is not read either.
        case is ByteToMessageDecoderError: break
        default: abandon(context, error)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed where !held.isEmpty: held.append(.end)
        case is ChannelShouldQuiesceEvent: drain(context)
        case is ConnectionsAreScarce where exchange == nil: abandon(context)
        default:
            if case .outputClosed? = event as? ChannelEvent { giveUp(in: limits.lingerTimeout, context) }
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if isFinished {
            context.read()
        } else {
            waitForMore(context)
        }
        hasDecoded = false
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        isFinished = true
        deadlines.cancel()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { deadlines.cancel() }

    private func take(_ input: ClientInput, _ context: ChannelHandlerContext) {
        guard let exchange, exchange.isRead else { return act(on: input, context) }
        // After the last request nothing is read, and no fault found.
        if !exchange.closes { held.append(input) }
    }

    private func act(on input: ClientInput, _ context: ChannelHandlerContext) {
        guard !isFinished else { return }
        switch input {
        case .part(.head(let head)): begin(head, context)
        case .part(.body(let bytes)): context.fireChannelRead(wrapInboundOut(.body(bytes)))
        case .part(.end(let trailers)):
            exchange?.isRead = true
            deadlines.input = .distantFuture
            context.fireChannelRead(wrapInboundOut(.end(trailers.map { HTTPFields($0, splitCookie: false) })))
        case .refusal(let refusal): refuse(refusal, context)
        case .end: context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        do throws(RequestRefusal) {
            let head = try RequestHead(head, scheme: isSecure ? "https" : "http", limits: limits)
            exchange = Exchange(
                isHEAD: head.request.method == .head, isHTTP10: head.isHTTP10, expectsContinue: head.expectsContinue,
                closes: head.closes || isDraining)
            deadlines.input = .distantFuture
            context.fireChannelRead(wrapInboundOut(.head(head.request)))
        } catch {
            refuse(error, context)
        }
    }

    /// Sets the deadline for what is still missing, when all that came has been read.
    private func waitForMore(_ context: ChannelHandlerContext) {
        if exchange == nil, !hasDecoded, !isHeadBegun, !isDraining {
            isHeadBegun = true
            deadlines.input = context.deadline(in: limits.headTimeout)
        } else if exchange?.isRead == false, deadlines.input == .distantFuture {
            deadlines.input = context.deadline(in: limits.bodyTimeout)
            if exchange?.expectsContinue == true, !response.hasBegun {
                context.writeAndFlush(
                    wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
            }
        }
        schedule(context)
    }

    // MARK: What the application answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isFinished, var exchange else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        switch unwrapOutboundIn(data) {
        // 1xx is the transport's own.
        case .head(let head) where head.status.kind == .informational: break
        case .head(let head):
            // Whoever is answered before the request's end may go on sending it: nothing is read after that.
            exchange.closes = exchange.closes || !exchange.isRead || head.status == .contentTooLarge
            response.begin(head, isHEAD: exchange.isHEAD, isHTTP10: exchange.isHTTP10, closes: exchange.closes)
            self.exchange = exchange
        case .body(let bytes):
            for bytes in response.append(bytes) { context.write(wrapOutboundOut(bytes), promise: nil) }
        case .end:
            response.end()
            writeGathered(context, promise)
            return end(exchange, context)
        }
        if promise != nil { writeGathered(context, promise) }
    }

    func flush(context: ChannelHandlerContext) {
        writeGathered(context)
        context.flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        deadlines.output = context.channel.isWritable ? .distantFuture : context.deadline(in: limits.stallTimeout)
        schedule(context)
        context.fireChannelWritabilityChanged()
    }

    private func writeGathered(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>? = nil) {
        let bytes = response.take()
        guard bytes != nil || promise != nil else { return }
        context.write(wrapOutboundOut(bytes ?? ByteBuffer()), promise: promise)
    }

    /// The response is complete.
    private func end(_ exchange: Exchange, _ context: ChannelHandlerContext) {
        self.exchange = nil
        guard !exchange.closes else { return finish(context) }
        isHeadBegun = false
        deadlines.input = context.deadline(in: limits.idleTimeout)
        schedule(context)
        if !held.isEmpty { release(context) }
    }

    /// Lets the next request through, as far as it is here.
    private func release(_ context: ChannelHandlerContext) {
        while exchange?.isRead != true, let input = held.popFirst() { act(on: input, context) }
        waitForMore(context)
        context.fireChannelReadComplete()
        if held.isEmpty, isReadHeld {
            isReadHeld = false
            context.read()
        }
    }

    func read(context: ChannelHandlerContext) {
        if held.isEmpty {
            context.read()
        } else {
            isReadHeld = true
        }
    }

    // MARK: How it ends

    /// Answers in the application's place, unless it has begun to, and ends the connection.
    private func refuse(_ refusal: RequestRefusal, _ context: ChannelHandlerContext) {
        guard !isFinished else { return }
        metrics?.countMalformed(refusal.status)
        if !response.hasBegun {
            response.begin(refusal.response, closes: true)
            for bytes in response.append(refusal.body) { context.write(wrapOutboundOut(bytes), promise: nil) }
        }
        finish(context)
        failRead(context)
    }

    /// Ends the connection without another word.
    private func abandon(_ context: ChannelHandlerContext, _ error: any Error = HTTPParserError.invalidEOFState) {
        isFinished = true
        failRead(context, error)
        context.close(promise: nil)
    }

    /// The application may be waiting for the rest of a body, and must not take what it has for all of it.
    private func failRead(_ context: ChannelHandlerContext, _ error: any Error = HTTPParserError.invalidEOFState) {
        if exchange?.isRead == false { context.fireErrorCaught(error) }
    }

    /// Ends our side once everything is written, and the connection when the client has ended its side or has
    /// had time to.
    private func finish(_ context: ChannelHandlerContext) {
        guard !isFinished else { return }
        writeGathered(context)
        isFinished = true
        held.removeAll()
        context.flush()
        context.close(mode: .output, promise: nil)
        context.read()
        deadlines.input = .distantFuture
        giveUp(in: limits.stallTimeout, context)
    }

    private func giveUp(in length: Duration, _ context: ChannelHandlerContext) {
        deadlines.end = min(deadlines.end, context.deadline(in: length))
        schedule(context)
    }

    /// The server shuts down: a request in progress is still answered, and so is one that is on its way.
    private func drain(_ context: ChannelHandlerContext) {
        isDraining = true
        exchange?.closes = true
        held.removeAll()
        // A busy client has sent its next request before it can know. To close at once would reset it.
        if exchange == nil { deadlines.input = context.deadline(in: .milliseconds(250)) }
        giveUp(in: limits.drainTimeout, context)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .output:
            finish(context)
            promise?.succeed()
        // `finish` has made sure that it will close, and when.
        case .all where isFinished: context.channel.closeFuture.cascade(to: promise)
        default: context.close(mode: mode, promise: promise)
        }
    }

    private func schedule(_ context: ChannelHandlerContext) {
        guard let deadline = deadlines.unscheduled else { return }
        let timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.timerFired(context) }
        deadlines.schedule(timer, at: deadline)
    }

    private func timerFired(_ context: ChannelHandlerContext) {
        let now = context.eventLoop.now
        guard deadlines.timerFired(at: now) else { return schedule(context) }
        if deadlines.output > now, deadlines.end > now, exchange != nil {
            deadlines.input = .distantFuture
            refuse(.bodyTooSlow, context)
        } else {
            abandon(context)
        }
    }
}
