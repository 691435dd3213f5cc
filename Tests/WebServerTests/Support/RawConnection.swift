import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A connection to the server under test that sends bytes as they are and keeps what comes back.
final class RawConnection: Sendable {
    private let channel: any Channel
    private let inbox: Inbox

    private init(channel: any Channel, inbox: Inbox) {
        self.channel = channel
        self.inbox = inbox
    }

    static func open(to server: TestServer, tls: Bool = false, isReading: Bool = true) async throws -> RawConnection {
        let inbox = Inbox()
        let context = try tls ? clientContext() : nil
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.autoRead, value: isReading)
            .channelOption(.socketOption(.so_rcvbuf), value: isReading ? 1_048_576 : 16_384)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let context {
                        try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: nil))
                    }
                    try pipeline.addHandler(InboxHandler(inbox: inbox))
                }
            }
            .connect(host: "127.0.0.1", port: server.port).get()
        return RawConnection(channel: channel, inbox: inbox)
    }

    private static func clientContext() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        configuration.applicationProtocols = ["h2", "http/1.1"]
        return try NIOSSLContext(configuration: configuration)
    }

    func send(_ text: String) { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }

    func send(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }

    /// Ends this side of the connection, and goes on reading.
    func endSending() { channel.close(mode: .output, promise: nil) }

    func startReading() { channel.setOption(.autoRead, value: true).whenComplete { _ in } }

    func close() { channel.close(promise: nil) }

    /// Everything received so far, as soon as it contains `text` or the server has ended its side.
    func received(_ text: String) async -> String {
        await inbox.wait { $0.hasEnded || $0.text.contains(text) }
    }

    /// Everything received, when the server has ended its side.
    func receivedAll() async -> String { await inbox.wait(until: \.hasEnded) }
}

extension TestServer {
    /// What comes back for `bytes` on a connection of its own, which the server is expected to end.
    func answer(to text: String, tls: Bool = false) async throws -> String {
        try await answer(to: [UInt8](text.utf8), tls: tls)
    }

    func answer(to bytes: [UInt8], tls: Bool = false) async throws -> String {
        let connection = try await RawConnection.open(to: self, tls: tls)
        defer { connection.close() }
        connection.send(bytes)
        return await connection.receivedAll()
    }
}

final class Inbox: Sendable {
    struct State {
        var text = ""
        var hasEnded = false
        fileprivate var waiting: [Waiting] = []
    }

    fileprivate struct Waiting {
        let isOver: @Sendable (State) -> Bool
        let continuation: CheckedContinuation<String, Never>
    }

    private let state = Mutex(State())

    func wait(until isOver: @escaping @Sendable (State) -> Bool) async -> String {
        await withCheckedContinuation { continuation in
            change { $0.waiting.append(Waiting(isOver: isOver, continuation: continuation)) }
        }
    }

    func change(_ body: (inout State) -> Void) {
        let (text, done) = state.withLock { state in
            body(&state)
            let now = state
            state.waiting.removeAll { $0.isOver(now) }
            return (now.text, now.waiting.filter { $0.isOver(now) })
        }
        for waiting in done { waiting.continuation.resume(returning: text) }
    }
}

private final class InboxHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let inbox: Inbox

    init(inbox: Inbox) { self.inbox = inbox }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        inbox.change { $0.text += String(buffer: bytes) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { inbox.change { $0.hasEnded = true } }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelInactive(context: ChannelHandlerContext) { inbox.change { $0.hasEnded = true } }
}
