import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// One HTTP/1.1 connection, between the decoder and the application: refuses what must not be acted on, lets one
/// request at a time through, writes the responses, and ends the connection when it is time.
///
/// It stands in for four handlers of Hummingbird's own pipeline (response encoder, type conversion, connection
/// state, idle state), so that what they would have to tell each other is one value here.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = ByteBuffer

    /// Whether the connection is TLS. Known before the first request is read.
    var isSecure = false

    private let limits: HTTPLimits
    private let decoder: RequestDecoder

    /// The request that the application has, until its response is complete.
    private var exchange: Exchange?
    /// What came after that request (RFC 9112 §9.3.2, pipelining), until it is its turn.
    private var held = CircularBuffer<Input>()
    private var isReadHeld = false
    /// Whether our side of the connection has ended: what comes in is thrown away, what goes out as well.
    private var isFinished = false
    /// Whether bytes of a head have come that is not complete.
    private var isHeadBegun = true
    private var hasDecoded = false
    /// Bytes of a response that are not yet written, so that a small response is one write.
    private var pending = ByteBuffer()
    private var deadlines = Deadlines()

    private struct Exchange {
        let isHEAD: Bool
        let isHTTP10: Bool
        var awaitsContinue: Bool
        /// Whether the connection ends with this response.
        var closes: Bool
        /// Whether the request's body has been read to its end.
        var isRead = false
        var framing: BodyFraming?
    }

    private enum Input {
        case part(HTTPServerRequestPart)
        case refusal(RequestRefusal)
        case end
    }

    init(limits: HTTPLimits, decoder: RequestDecoder) {
        self.limits = limits
        self.decoder = decoder
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
        default:
            context.fireErrorCaught(error)
            context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed where !held.isEmpty: held.append(.end)
        case is ChannelShouldQuiesceEvent: drain(context)
        case is ConnectionsAreScarce:
            if exchange == nil { context.close(promise: nil) }
        default: context.fireUserInboundEventTriggered(event)
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

    private func take(_ input: Input, _ context: ChannelHandlerContext) {
        guard let exchange, exchange.isRead else { return act(on: input, context) }
        // After the last request nothing is read, and no fault found.
        if !exchange.closes { held.append(input) }
    }

    private func act(on input: Input, _ context: ChannelHandlerContext) {
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
                isHEAD: head.request.method == .head, isHTTP10: head.isHTTP10, awaitsContinue: head.expectsContinue,
                closes: head.closes)
            deadlines.input = .distantFuture
            context.fireChannelRead(wrapInboundOut(.head(head.request)))
        } catch {
            refuse(error, context)
        }
    }

    /// Sets the deadline for what is still missing, when all that came has been read.
    private func waitForMore(_ context: ChannelHandlerContext) {
        if exchange == nil, !hasDecoded, !isHeadBegun {
            isHeadBegun = true
            deadlines.input = context.deadline(in: limits.headTimeout)
        } else if exchange?.isRead == false, deadlines.input == .distantFuture {
            deadlines.input = context.deadline(in: limits.bodyTimeout)
            if exchange?.awaitsContinue == true, exchange?.framing == nil {
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
        case .head(let head):
            // 1xx is the transport's own.
            guard head.status.kind != .informational else { break }
            // Whoever is answered before the request's end may go on sending it: nothing is read after that.
            exchange.closes = exchange.closes || !exchange.isRead
            exchange.framing = pending.writeHead(
                head, toHEAD: exchange.isHEAD, toHTTP10: exchange.isHTTP10, closes: exchange.closes)
            self.exchange = exchange
        case .body(let bytes):
            writeBody(bytes, exchange.framing, context)
        case .end:
            if exchange.framing == .chunked { pending.writeStaticString("0\r\n\r\n") }
            writePending(context, promise)
            return end(exchange, context)
        }
        if promise != nil { writePending(context, promise) }
    }

    func flush(context: ChannelHandlerContext) {
        writePending(context, nil)
        context.flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        deadlines.output = context.channel.isWritable ? .distantFuture : context.deadline(in: limits.stallTimeout)
        schedule(context)
        context.fireChannelWritabilityChanged()
    }

    private func writeBody(_ bytes: ByteBuffer, _ framing: BodyFraming?, _ context: ChannelHandlerContext) {
        // An empty chunk would end the body.
        guard framing != .absent, bytes.readableBytes > 0 else { return }
        if framing == .chunked { pending.writeChunkSize(bytes.readableBytes) }
        if bytes.readableBytes <= 4_096 {
            pending.writeImmutableBuffer(bytes)
        } else {
            writePending(context, nil)
            context.write(wrapOutboundOut(bytes), promise: nil)
        }
        if framing == .chunked { pending.writeStaticString("\r\n") }
    }

    private func writePending(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        guard pending.readableBytes > 0 || promise != nil else { return }
        context.write(wrapOutboundOut(pending), promise: promise)
        pending = ByteBuffer()
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
        if exchange?.framing == nil {
            let framing = pending.writeHead(refusal.response, toHEAD: false, toHTTP10: false, closes: true)
            writeBody(refusal.body, framing, context)
        }
        finish(context)
        // The application may be waiting for the rest of the body, and must not take what it has for all of it.
        if exchange != nil { context.fireErrorCaught(HTTPParserError.invalidEOFState) }
    }

    /// Ends our side once everything is written, and the connection when the client has ended its side or has
    /// had time to.
    private func finish(_ context: ChannelHandlerContext) {
        guard !isFinished else { return }
        writePending(context, nil)
        isFinished = true
        held.removeAll()
        context.flush()
        context.close(mode: .output, promise: nil)
        context.read()
        deadlines.end = min(deadlines.end, context.deadline(in: limits.lingerTimeout))
        schedule(context)
    }

    /// The server shuts down: a request in progress is still answered.
    private func drain(_ context: ChannelHandlerContext) {
        guard exchange != nil else { return isFinished ? () : context.close(promise: nil) }
        exchange?.closes = true
        held.removeAll()
        deadlines.end = min(deadlines.end, context.deadline(in: limits.drainTimeout))
        schedule(context)
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
            context.close(promise: nil)
        }
    }
}
