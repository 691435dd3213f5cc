import Cryptography
import OAuth

/// What a JWT says about itself (RFC 7519 §3). Nothing of it is verified here.
struct DecodedToken {
    let header: JSON
    let claims: JSON

    /// `nil` for what is no signed JWT.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 65_536, parts.count == 3,
            let header = Self.object(parts[0]), let claims = Self.object(parts[1])
        else { return nil }
        self.header = header
        self.claims = claims
    }

    private static func object(_ part: Substring) -> JSON? {
        guard let bytes = Base64URL.decodeLenient(part), let json = try? JSON(parsing: bytes), json.members != nil
        else { return nil }
        return json
    }
}
