import Crypto
import Cryptography

/// What an ID Token says (OpenID Connect Core §2 and §5.1).
public struct IDTokenClaims: Sendable {
    public var issuer: String
    public var subject: String
    public var audience: String
    public var issuedAt: Timestamp
    public var expiresAt: Timestamp
    public var authenticatedAt: Timestamp
    public var nonce: String?
    /// The access token that comes with it, for `at_hash` (§3.1.3.6).
    public var accessToken: String
    public var profile: StandardClaims

    public init(
        issuer: String, subject: String, audience: String, issuedAt: Timestamp, expiresAt: Timestamp,
        authenticatedAt: Timestamp, nonce: String?, accessToken: String, profile: StandardClaims
    ) {
        self.issuer = issuer
        self.subject = subject
        self.audience = audience
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.authenticatedAt = authenticatedAt
        self.nonce = nonce
        self.accessToken = accessToken
        self.profile = profile
    }

    /// - Parameter algorithm: the JWS `alg` that will sign it, which decides the digest of `at_hash`.
    public func payload(signedWith algorithm: String) -> [UInt8] {
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        json.member("iss", issuer)
        json.member("sub", subject)
        json.member("aud", audience)
        json.member("exp", expiresAt.seconds)
        json.member("iat", issuedAt.seconds)
        json.member("auth_time", authenticatedAt.seconds)
        if let nonce { json.member("nonce", nonce) }
        json.member("at_hash", Self.leftHalf(of: accessToken, for: algorithm))
        profile.write(to: &json)
        json.endObject()
        return json.bytes
    }

    /// §3.1.3.6: the left half of the digest that the signature algorithm uses; Ed25519 uses SHA-512.
    private static func leftHalf(of token: String, for algorithm: String) -> String {
        algorithm == "EdDSA"
            ? Base64URL.encode(Array(SHA512.hash(data: Array(token.utf8)).prefix(32)))
            : Base64URL.encode(Array(SHA256.hash(data: Array(token.utf8)).prefix(16)))
    }
}

/// The claims about an end-user that `profile` and `email` stand for (OpenID Connect Core §5.1), as
/// PlaceOS's userinfo names them.
public struct StandardClaims: Sendable {
    public var email: String
    public var emailVerified: Bool?
    public var name: String
    public var preferredUsername: String
    public var givenName: String?
    public var familyName: String?
    public var nickname: String?
    public var phoneNumber: String?

    public init(
        email: String, emailVerified: Bool?, name: String, preferredUsername: String, givenName: String?,
        familyName: String?, nickname: String?, phoneNumber: String?
    ) {
        self.email = email
        self.emailVerified = emailVerified
        self.name = name
        self.preferredUsername = preferredUsername
        self.givenName = givenName
        self.familyName = familyName
        self.nickname = nickname
        self.phoneNumber = phoneNumber
    }

    public static let names = [
        "email", "email_verified", "name", "full_name", "preferred_username", "given_name", "family_name", "nickname",
        "phone_number",
    ]

    public func write(to json: inout JSONWriter) {
        json.member("email", email)
        if let emailVerified {
            json.name("email_verified")
            json.bool(emailVerified)
        }
        json.member("name", name)
        json.member("full_name", name)
        json.member("preferred_username", preferredUsername)
        if let givenName { json.member("given_name", givenName) }
        if let familyName { json.member("family_name", familyName) }
        if let nickname { json.member("nickname", nickname) }
        if let phoneNumber { json.member("phone_number", phoneNumber) }
    }
}
