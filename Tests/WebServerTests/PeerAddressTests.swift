import NIOCore
import Testing

@testable import Web

@Suite("The address a connection comes from")
struct PeerAddressTests {
    @Test(
        "it is the IP address, an IPv4 one under one name",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("2001:db8::1", "2001:db8::1"), ("::1", "::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"), ("::ffff:c000:201", "192.0.2.1"),
            ("::ffff:0:192.0.2.1", "::ffff:0:c000:201"), ("::192.0.2.1", "::192.0.2.1"),
        ])
    func text(given: String, expected: String) throws {
        #expect(try SocketAddress(ipAddress: given, port: 443).plainIPAddress == expected)
    }

    @Test func `a socket in the file system has none`() throws {
        #expect(try SocketAddress(unixDomainSocketPath: "/run/socket").plainIPAddress == nil)
    }
}
