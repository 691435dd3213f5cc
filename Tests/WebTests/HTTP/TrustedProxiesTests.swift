import Testing

@testable import Web

@Suite("Whose forwarded headers are believed")
struct TrustedProxiesTests {
    @Test(
        "a network includes its addresses",
        arguments: [
            ("loopback", "127.0.0.1"), ("loopback", "127.255.0.9"), ("loopback", "::1"), ("10.0.0.0/8", "10.255.1.2"),
            ("192.0.2.1", "192.0.2.1"), ("0.0.0.0/0", "203.0.113.1"), ("10.1.2.3/8", "10.9.9.9"),
            ("192.0.2.128/25", "192.0.2.129"), ("fd00::/8", "fdff::1"), ("2001:db8::/32", "2001:db8:1::1"),
            ("2001:DB8::1", "2001:db8:0:0:0:0:0:1"), ("::/0", "2001:db8::1"),
            ("::ffff:10.0.0.0/104", "::ffff:10.1.2.3"),
        ])
    func included(network: String, address: String) throws {
        #expect(try TrustedProxies([network]).include(address))
    }

    @Test(
        "and no others",
        arguments: [
            ("loopback", "128.0.0.1"), ("loopback", "::2"), ("loopback", "10.0.0.1"), ("10.0.0.0/8", "11.0.0.1"),
            ("192.0.2.1", "192.0.2.2"), ("192.0.2.128/25", "192.0.2.127"), ("0.0.0.0/0", "::1"), ("::/0", "127.0.0.1"),
            ("fd00::/8", "fe00::1"), ("loopback", "unknown"), ("loopback", ""), ("loopback", "127.0.0.1.evil.example"),
            ("loopback", "127.0.0"), ("loopback", "127.0.0.256"), ("loopback", "127.0.0.1:80"), ("loopback", "::1::"),
            ("loopback", "1::2::3"), ("loopback", ":::"), ("loopback", "0:0:0:0:0:0:0:0:1"), ("loopback", "127.0.0.+1"),
        ])
    func excluded(network: String, address: String) throws {
        #expect(try !TrustedProxies([network]).include(address))
    }

    @Test(
        "what is no network is an error that names it",
        arguments: [
            "", "proxy", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8", "10.0.0.0/8/8", "fd00::/129", "g::1",
            "12345::",
            "10.0.0.0/+8", "*",
        ])
    func unreadable(_ entry: String) {
        #expect(throws: TrustedProxies.Unreadable(entry: entry)) { try TrustedProxies(["127.0.0.1", entry]) }
    }

    @Test func `without any, nobody is believed`() {
        #expect(!TrustedProxies.none.include("127.0.0.1"))
    }
}
