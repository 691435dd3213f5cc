public import NIOCore

extension Channel {
    /// The textual IP address that a connection comes from, without port: `192.0.2.1`, `2001:db8::1`.
    ///
    /// An IPv4 client of a socket that listens on both has an IPv4 address here (RFC 4291 §2.5.5.2 unwrapped),
    /// so that lists of networks and counters by address know it under one name. Behind a proxy this is the
    /// proxy's.
    public var peerAddress: String? { remoteAddress?.plainIPAddress }
}

extension SocketAddress {
    var plainIPAddress: String? {
        guard let address = ipAddress else { return nil }
        let mapped = "::ffff:"
        guard address.hasPrefix(mapped), address.contains(".") else { return address }
        return String(address.dropFirst(mapped.count))
    }
}
