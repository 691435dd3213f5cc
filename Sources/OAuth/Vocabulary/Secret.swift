import Cryptography

/// A text that proves something by being known: a password, a client secret, a token. It does not
/// print itself, and it compares in constant time.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The text itself: for the one place that checks or hands it out.
    public let exposed: String

    public init(_ text: String) { exposed = text }

    public var description: String { "•••" }
    public var debugDescription: String { "•••" }

    public static func == (a: Secret, b: Secret) -> Bool { constantTimeEquals(a.exposed, b.exposed) }

    /// What is stored in its stead: SHA-256, base64url. One fast hash is enough for a text with 256
    /// bits of entropy; a password never comes here.
    public var digest: String { Digests.sha256Base64URL(exposed) }
}
