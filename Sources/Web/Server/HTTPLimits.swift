/// How much of the server one connection may take, and for how long.
///
/// The defaults are for requests that carry forms and tokens; swift-nio's own (2 MiB of header fields, no
/// time-out) are made for any program.
public struct HTTPLimits: Hashable, Sendable {
    /// Bytes of a request's target, field names and field values together. More is answered 431.
    public var headBytes = 16 * 1_024
    /// Header fields of a request. More is answered 431.
    public var headerFields = 64
    /// Bytes of a request's target. More is answered 414.
    public var targetBytes = 8 * 1_024
    /// Bytes of a body, for the routes: they collect it, and answer 413 when it is larger.
    public var bodyBytes = 64 * 1_024
    /// Connections open at once. Shortly before, those that wait for a request make room, oldest first;
    /// beyond it, new ones are closed.
    public var connections = 1_000

    /// From a connection's start, its TLS handshake included, or from the first byte of a later request, until
    /// the request's head is complete.
    public var headTimeout = Duration.seconds(10)
    /// From a request's head until its body is complete. Answered 408.
    public var bodyTimeout = Duration.seconds(30)
    /// From a response until the next request's first byte.
    public var idleTimeout = Duration.seconds(60)
    /// How long a client may take to read a response, once it is too large for the socket's buffer.
    public var stallTimeout = Duration.seconds(30)
    /// How long requests in progress may take when the server shuts down.
    public var drainTimeout = Duration.seconds(8)
    /// How long a connection stays open after its last response, so that a client that is still sending
    /// reads that response rather than a reset (RFC 9112 §9.6).
    public var lingerTimeout = Duration.seconds(2)

    public init() {}
}
