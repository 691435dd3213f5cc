import NIOCore
import NIOHTTP1
import NIOPosix
import OAuth

/// Waits on 127.0.0.1 for the redirect that ends an authorization request (RFC 8252 §7.3).
struct LoopbackRedirect: Sendable {
    let redirectURI: String
    private let channel: any Channel
    private let arrivals: AsyncStream<Parameters>

    /// - Parameters:
    ///   - port: 0 takes a free one.
    ///   - state: what a request must bring to be the one that is waited for; others are turned away.
    static func listen(port: Int, state: Secret) async throws -> LoopbackRedirect {
        let (arrivals, arrival) = AsyncStream.makeStream(of: Parameters.self, bufferingPolicy: .bufferingOldest(1))
        let channel: any Channel
        do {
            channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                        try channel.pipeline.syncOperations.addHandler(CallbackHandler(state: state, arrival: arrival))
                    }
                }
                .bind(host: "127.0.0.1", port: port).get()
        } catch {
            throw ProblemForOperator(
                "Nothing can listen on 127.0.0.1:\(port): \(error). Choose another --port, or none.")
        }
        return LoopbackRedirect(
            redirectURI: "http://127.0.0.1:\(channel.localAddress?.port ?? port)/callback", channel: channel,
            arrivals: arrivals)
    }

    /// The parameters of the redirect.
    ///
    /// - Throws: `ProblemForOperator` when nobody came in time.
    func arrival(within limit: Duration) async throws -> Parameters {
        let parameters = await withTaskGroup(of: Parameters?.self) { group in
            group.addTask { await arrivals.first { _ in true } }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        guard let parameters else {
            throw ProblemForOperator(
                "Nobody came back within \(limit.wholeSeconds) s. If the browser showed an error about the "
                    + "redirect_uri, register http://127.0.0.1/callback: gatehouse app update APP --redirect-uri …")
        }
        return parameters
    }

    func close() async { try? await channel.close() }
}

private final class CallbackHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let state: Secret
    private let arrival: AsyncStream<Parameters>.Continuation

    init(state: Secret, arrival: AsyncStream<Parameters>.Continuation) {
        self.state = state
        self.arrival = arrival
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data) else { return }
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard head.method == .GET, parts.first == "/callback" else {
            return respond(.notFound, "There is nothing here.", context)
        }
        guard parts.count == 2, let parameters = try? Parameters(form: parts[1].utf8),
            let given = parameters["state"], Secret(given) == state
        else { return respond(.badRequest, "This is not the sign-in that the terminal waits for.", context) }
        respond(.ok, "Done. Go back to the terminal; this window may be closed.", context)
        arrival.yield(parameters)
    }

    private func respond(_ status: HTTPResponseStatus, _ sentence: String, _ context: ChannelHandlerContext) {
        let body = ByteBuffer(string: sentence + "\n")
        let head = HTTPResponseHead(
            version: .http1_1, status: status,
            headers: [
                "Content-Type": "text/plain; charset=utf-8", "Content-Length": "\(body.readableBytes)",
                "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "Connection": "close",
            ])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
