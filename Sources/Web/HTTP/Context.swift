public import Hummingbird
import NIOCore

/// What Hummingbird hands along with a request; ours adds the peer's address.
public struct Context: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// The address at the other end of the connection, which may be a proxy's.
    public let peer: String

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.peerAddress ?? "unknown"
    }

    /// For routes called without a socket.
    public init(source: ApplicationRequestContextSource, peer: String) {
        coreContext = CoreRequestContextStorage(source: source)
        self.peer = peer
    }
}
