import HTTPTypes

/// Whose `X-Forwarded-*` headers are believed: by default only what connects from this machine.
public struct TrustedProxies: Sendable, Equatable {
    private let networks: [Network]

    /// - Parameter list: addresses and networks (`10.0.0.0/8`, `fd00::/8`), or `loopback`.
    /// - Throws: the entry that is neither.
    public init(_ list: [String]) throws(Unreadable) {
        var networks: [Network] = []
        for entry in list {
            if entry == "loopback" {
                networks += ["127.0.0.0/8", "::1/128"].compactMap(Network.init)
            } else if let network = Network(entry) {
                networks.append(network)
            } else {
                throw Unreadable(entry: entry)
            }
        }
        self.networks = networks
    }

    public struct Unreadable: Error, Equatable { public let entry: String }

    public static let none = TrustedProxies(networks: [])
    private init(networks: [Network]) { self.networks = networks }

    public func include(_ address: String) -> Bool {
        guard !networks.isEmpty, let bytes = Network.bytes(of: address) else { return false }
        return networks.contains { $0.contains(bytes) }
    }
}

/// An IPv4 or IPv6 network.
struct Network: Sendable, Equatable {
    let bytes: [UInt8]
    let prefix: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2, let bytes = Self.bytes(of: String(first)) else { return nil }
        guard parts.count == 2 else {
            self.bytes = bytes
            prefix = bytes.count * 8
            return
        }
        // Swift reads a sign as part of a number.
        guard !parts[1].contains("+"), let prefix = Int(parts[1]), (0...bytes.count * 8).contains(prefix) else {
            return nil
        }
        self.bytes = bytes
        self.prefix = prefix
    }

    func contains(_ address: [UInt8]) -> Bool {
        guard address.count == bytes.count else { return false }
        for index in bytes.indices {
            let bits = min(8, max(0, prefix - index * 8))
            let mask = bits == 0 ? 0 : UInt8(0xFF) << (8 - bits)
            if address[index] & mask != bytes[index] & mask { return false }
        }
        return true
    }

    static func bytes(of text: String) -> [UInt8]? {
        guard !text.contains("+") else { return nil }
        return text.contains(":") ? ipv6(text) : ipv4(text)
    }

    private static func ipv4(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let bytes = parts.compactMap { UInt8($0) }
        return parts.count == 4 && bytes.count == 4 ? bytes : nil
    }

    private static func ipv6(_ text: String) -> [UInt8]? {
        let halves = text.components(separatedByDoubleColon: ())
        guard halves.count <= 2 else { return nil }
        func groups(_ half: Substring) -> [UInt8]? {
            if half.isEmpty { return [] }
            var bytes: [UInt8] = []
            for part in half.split(separator: ":", omittingEmptySubsequences: false) {
                if part.contains(".") {
                    guard let v4 = ipv4(String(part)) else { return nil }
                    bytes += v4
                } else {
                    guard part.count <= 4, let value = UInt16(part, radix: 16) else { return nil }
                    bytes += [UInt8(value >> 8), UInt8(value & 0xFF)]
                }
            }
            return bytes
        }
        guard let head = halves.first.flatMap(groups) else { return nil }
        guard halves.count == 2 else { return head.count == 16 ? head : nil }
        guard let tail = groups(halves[1]), head.count + tail.count <= 14 else { return nil }
        return head + Array(repeating: 0, count: 16 - head.count - tail.count) + tail
    }
}

extension String {
    fileprivate func components(separatedByDoubleColon: ()) -> [Substring] {
        guard let range = firstRange(of: "::") else { return [self[...]] }
        let rest = self[range.upperBound...]
        return rest.contains("::") ? [self[...], rest, rest] : [self[..<range.lowerBound], rest]
    }
}
