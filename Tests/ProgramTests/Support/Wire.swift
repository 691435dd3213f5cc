import NIOCore
import NIOPosix
import NIOSSL

/// Sockets to one server, on which a test says exactly what it wants, byte for byte.
struct Wire: Sendable {
    let port: Int
    /// With TLS, and this certificate as the only root.
    var certificate: Certificate?
    /// How long one exchange may take.
    var patience = Duration.seconds(20)

    enum Failure: Error { case tooSlow, ended(received: String) }

    /// One request on a connection of its own.
    func send(_ bytes: [UInt8]) async throws -> HTTPReply {
        try await converse { conversation in
            try await conversation.write(bytes)
            return try await conversation.reply()
        }
    }

    func send(_ text: String) async throws -> HTTPReply { try await send(Array(text.utf8)) }

    /// A connection for as long as `body` runs.
    func converse<Answer: Sendable>(
        _ body: @escaping @Sendable (inout Conversation) async throws -> Answer
    ) async throws -> Answer {
        let patience = patience
        return try await withThrowingTaskGroup(of: Answer.self) { group in
            group.addTask {
                let channel = try await connect()
                return try await channel.executeThenClose { inbound, outbound in
                    var conversation = Conversation(outbound: outbound, inbound: inbound.makeAsyncIterator())
                    return try await body(&conversation)
                }
            }
            group.addTask {
                try await Task.sleep(for: patience)
                throw Failure.tooSlow
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() else { throw Failure.tooSlow }
            return answer
        }
    }

    private func connect() async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        let context = try certificate?.clientContext()
        return try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(.seconds(10))
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: context, serverHostname: "localhost"))
                    }
                    return try NIOAsyncChannel(
                        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
    }
}

/// What is said on one connection.
struct Conversation {
    fileprivate let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    fileprivate var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var received: [UInt8] = []

    fileprivate init(
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    ) {
        self.outbound = outbound
        self.inbound = inbound
    }

    /// A server may answer and leave before it has read everything: that is for `reply` to find out.
    func write(_ bytes: [UInt8]) async throws {
        do { try await outbound.write(ByteBuffer(bytes: bytes)) } catch is ChannelError {} catch is IOError {}
    }

    func write(_ text: String) async throws { try await write(Array(text.utf8)) }

    /// The next response.
    mutating func reply() async throws -> HTTPReply {
        while true {
            if let (reply, length) = HTTPReply.read(received, isEnd: false) {
                received.removeFirst(length)
                return reply
            }
            guard let bytes = try await inbound.next() else { break }
            received += bytes.readableBytesView
        }
        guard let (reply, length) = HTTPReply.read(received, isEnd: true) else {
            throw Wire.Failure.ended(received: String(decoding: received.prefix(200), as: UTF8.self))
        }
        received.removeFirst(length)
        return reply
    }

    /// Reads until `text` has come, and forgets it and what came before.
    mutating func skip(past text: String) async throws {
        while true {
            if let range = received.firstRange(of: Array(text.utf8)) {
                received.removeFirst(range.upperBound)
                return
            }
            guard let bytes = try await inbound.next() else {
                throw Wire.Failure.ended(received: String(decoding: received.prefix(200), as: UTF8.self))
            }
            received += bytes.readableBytesView
        }
    }

    /// Whatever else comes until the server ends the connection.
    mutating func rest() async throws -> [UInt8] {
        while let bytes = try await inbound.next() { received += bytes.readableBytesView }
        defer { received = [] }
        return received
    }
}
