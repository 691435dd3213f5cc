/// What an access token's `jti` tells this server: which grant it came from, so that revoking the grant,
/// its session, its client or its user ends the token at once, although no access token is stored.
///
/// Text: kind, reference, the user's sign-out generation, randomness; `gI5yCWE….3.8Zr…`.
public struct TokenReference: Sendable, Hashable {
    public enum Origin: Sendable, Hashable {
        /// A resource owner's grant, by its identifier.
        case grant(String)
        /// A client acting for itself (RFC 6749 §4.4), by its number.
        case client(Int64)
    }

    public let origin: Origin
    /// How often the user had signed out when the token was issued: whole seconds in `iat` can't tell a
    /// sign-out and a sign-in of the same second apart, this counter can.
    public let generation: Int64
    public let text: String

    public init(origin: Origin, generation: Int64, random: String) {
        self.origin = origin
        self.generation = generation
        switch origin {
        case .grant(let id): text = "g\(id).\(generation).\(random)"
        case .client(let number): text = "c\(number).\(generation).\(random)"
        }
    }

    /// `nil` for a `jti` that this server did not write.
    public init?(parsing text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, text.utf8.count <= 128, let generation = Int64(parts[1]) else { return nil }
        let name = parts[0].dropFirst()
        switch parts[0].first {
        case "g" where !name.isEmpty: origin = .grant(String(name))
        case "c":
            guard let number = Int64(name) else { return nil }
            origin = .client(number)
        default: return nil
        }
        self.generation = generation
        self.text = text
    }
}
