public import HummingbirdCore
public import Logging
public import NIOCore
import NIOHTTP1
import NIOHTTPTypes
public import NIOSSL

/// HTTP/1.1 on a port that answers TLS and plain HTTP alike, within limits.
///
/// `request.head.scheme` is `https` or `http`: the connection's, not what the client says it is.
public struct OnePortChannel: HTTPChannelHandler {
    public typealias Value = AcceptedConnection

    public let responder: Responder
    private let tls: NIOSSLContext?
    private let limits: HTTPLimits
    private let table: ConnectionTable
    private let metrics: ConnectionMetrics?

    /// - Parameters:
    ///   - tls: without it the port is plain HTTP, and TLS is refused like any other nonsense.
    ///   - isMeasured: whether its connections are counted.
    public init(responder: @escaping Responder, tls: NIOSSLContext?, limits: HTTPLimits, isMeasured: Bool = true) {
        self.responder = responder
        self.tls = tls
        self.limits = limits
        metrics = isMeasured ? ConnectionMetrics() : nil
        table = ConnectionTable(limit: min(limits.connections, descriptorsForConnections()), metrics: metrics)
    }

    public func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        guard table.admit(channel) else {
            channel.close(promise: nil)
            return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
        }
        return channel.eventLoop.makeCompletedFuture {
            let decoder = RequestDecoder(limits: limits)
            let connection = ConnectionHandler(limits: limits, decoder: decoder, metrics: metrics)
            let pipeline = channel.pipeline.syncOperations
            if let tls { try pipeline.addHandler(SchemeSniffer(tls: tls, connection: connection)) }
            try pipeline.addHandler(ByteToMessageHandler(decoder))
            try pipeline.addHandler(connection)
            return AcceptedConnection(
                try NIOAsyncChannel(
                    wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true)))
        }
    }

    public func handle(value: Value, logger: Logger) async {
        await handleHTTP(asyncChannel: value.take(), logger: logger)
    }
}

extension HTTPServerBuilder {
    /// A server whose port answers TLS, when it is configured, and plain HTTP.
    public static func onePort(
        tls: NIOSSLContext? = nil, limits: HTTPLimits = HTTPLimits(), isMeasured: Bool = true
    ) -> HTTPServerBuilder {
        HTTPServerBuilder { OnePortChannel(responder: $0, tls: tls, limits: limits, isMeasured: isMeasured) }
    }
}
