public import Hummingbird
import NIOCore

/// What Hummingbird hands along with a request; ours adds the peer's address.
public struct Context: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// The place that `Admission` has for the request, where it has one.
    var slot: Int?
    private let socket: SocketAddress?
    private let named: String?

    /// The address at the other end of the connection, which may be a proxy's. Written out only when asked:
    /// most requests need none.
    public var peer: String { named ?? socket?.plainIPAddress ?? "unknown" }

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        socket = source.channel.remoteAddress
        named = nil
    }

    /// For routes called without a socket.
    public init(source: ApplicationRequestContextSource, peer: String) {
        coreContext = CoreRequestContextStorage(source: source)
        socket = nil
        named = peer
    }
}
