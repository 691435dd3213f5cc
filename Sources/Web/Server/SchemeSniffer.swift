import NIOCore
import NIOSSL

/// Tells TLS from plain HTTP by a connection's first byte, and leaves.
///
/// A TLS connection begins with a handshake record, type 22 (RFC 8446 §5.1), which no HTTP method does.
final class SchemeSniffer: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let tls: NIOSSLContext
    private let connection: ConnectionHandler

    init(tls: NIOSSLContext, connection: ConnectionHandler) {
        self.tls = tls
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if unwrapInboundIn(data).readableBytesView.first == 22 {
            do {
                let pipeline = context.pipeline.syncOperations
                try pipeline.addHandler(NIOSSLServerHandler(context: tls), position: .after(self))
                connection.isSecure = true
            } catch {
                return context.close(promise: nil)
            }
        }
        context.fireChannelRead(data)
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
