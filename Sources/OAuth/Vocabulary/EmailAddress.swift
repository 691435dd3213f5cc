import Cryptography

/// An e-mail address as accounts are found by it: trimmed, with ASCII letters in lower case.
///
/// Only ASCII is folded: Unicode folding turns the Kelvin sign into `k`, and would merge two mailboxes.
public struct EmailAddress: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    /// `nil` for what can't be an address: no or several `@`, blanks, control characters, over 254 bytes
    /// (RFC 5321 §4.5.3.1.3).
    public init?(_ typed: String) {
        // Nearly all of them, and every one that was stored from them.
        if let text = Self.plain(typed) {
            self.text = text
            return
        }
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

    /// An address of ASCII characters alone, in lower case already and with nothing around it.
    private static func plain(_ typed: String) -> String? {
        var ats = 0
        for byte in typed.utf8 {
            switch byte {
            case UInt8(ascii: "@"): ats += 1
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"):
                continue
            default: return nil
            }
        }
        guard ats == 1, typed.utf8.count <= 254, typed.utf8.first != UInt8(ascii: "@"),
            typed.utf8.last != UInt8(ascii: "@")
        else { return nil }
        return typed
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
