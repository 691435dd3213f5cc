import Cryptography

/// An e-mail address as accounts are found by it: trimmed, with ASCII letters in lower case.
///
/// Only ASCII is folded: Unicode folding turns the Kelvin sign into `k`, and would merge two mailboxes.
public struct EmailAddress: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    /// `nil` for what can't be an address: no or several `@`, blanks, control characters, over 254 bytes
    /// (RFC 5321 §4.5.3.1.3).
    public init?(_ typed: String) {
        let trimmed = typed.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
        let folded = String(decoding: String(trimmed).utf8.map(Self.lowercased), as: UTF8.self)
        let parts = folded.split(separator: "@", omittingEmptySubsequences: false)
        guard folded.utf8.count <= 254, parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty,
            folded.unicodeScalars.allSatisfy({ $0.value > 0x20 && !(0x7F...0x9F).contains($0.value) }),
            !folded.contains(where: { $0.isWhitespace || "<>\"(),;:\\[]".contains($0) })
        else { return nil }
        text = folded
    }

    /// The key PlaceOS finds accounts by: hexadecimal MD5 of the address. An identifier, never a secret.
    public var digest: String { Digests.md5Hex(text) }

    public var domain: String { String(text.drop { $0 != "@" }.dropFirst()) }
    public var description: String { text }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
