/// Whom an access token speaks for, as PlaceOS's services read it (claim `u`).
public struct UserClaims: Sendable, Equatable {
    public let name: String
    /// In lower case.
    public let email: String
    public let permissions: Permissions
    public let groups: [String]

    public init(name: String, email: String, permissions: Permissions, groups: [String]) {
        self.name = name
        self.email = email
        self.permissions = permissions
        self.groups = groups
    }
}

/// PlaceOS's levels: bit 0 support, bit 1 administrator.
public struct Permissions: OptionSet, Sendable, Hashable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let support = Permissions(rawValue: 1)
    public static let administrator = Permissions(rawValue: 2)

    public var isAdministrator: Bool { rawValue >= 2 }
    public var isSupport: Bool { rawValue >= 1 }
}

/// What an access token says, whichever way it is written.
public struct AccessTokenClaims: Sendable, Equatable {
    public var issuer: String
    public var issuedAt: Timestamp
    public var expiresAt: Timestamp
    /// Names the grant the token came from; see `TokenReference`.
    public var tokenID: String
    public var audience: String
    public var scope: Scope
    public var subject: String
    /// RFC 9068 §2.2; PlaceOS's format has no such claim.
    public var clientID: String?
    public var user: UserClaims

    public init(
        issuer: String, issuedAt: Timestamp, expiresAt: Timestamp, tokenID: String, audience: String, scope: Scope,
        subject: String, clientID: String?, user: UserClaims
    ) {
        self.issuer = issuer
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.tokenID = tokenID
        self.audience = audience
        self.scope = scope
        self.subject = subject
        self.clientID = clientID
        self.user = user
    }

    /// The claims of PlaceOS's format, which are exactly these.
    ///
    /// - Parameter hidesTokenID: the API's `inspect` shows the claims without `jti`.
    public func placeOSPayload(hidesTokenID: Bool = false) -> [UInt8] {
        var json = JSONWriter(capacity: 384)
        json.beginObject()
        json.member("iss", issuer)
        json.member("iat", issuedAt.seconds)
        json.member("exp", expiresAt.seconds)
        if !hidesTokenID { json.member("jti", tokenID) }
        json.member("aud", audience)
        json.member("scope", texts: scope.values)
        json.member("sub", subject)
        writeUser(&json)
        json.endObject()
        return json.bytes
    }

    /// RFC 9068 §2.2, with PlaceOS's `u` beside it, so that its services can tell the user's level.
    public func jwtPayload() -> [UInt8] {
        var json = JSONWriter(capacity: 384)
        json.beginObject()
        json.member("iss", issuer)
        json.member("exp", expiresAt.seconds)
        json.member("aud", audience)
        json.member("sub", subject)
        if let clientID { json.member("client_id", clientID) }
        json.member("iat", issuedAt.seconds)
        json.member("jti", tokenID)
        json.member("scope", scope.description)
        writeUser(&json)
        json.endObject()
        return json.bytes
    }

    private func writeUser(_ json: inout JSONWriter) {
        json.name("u")
        json.beginObject()
        json.member("n", user.name)
        json.member("e", user.email)
        json.member("p", Int64(user.permissions.rawValue))
        json.member("r", texts: user.groups)
        json.endObject()
    }

    /// Reads either payload; `nil` when a claim is missing or of the wrong type (RFC 8725 §3.10).
    public init?(payload: JSON) {
        guard let issuer = payload["iss"]?.string, let issuedAt = payload["iat"]?.integer,
            let expiresAt = payload["exp"]?.integer, let tokenID = payload["jti"]?.string,
            let audience = payload["aud"]?.string, let subject = payload["sub"]?.string, let user = payload["u"],
            let name = user["n"]?.string, let email = user["e"]?.string, let level = user["p"]?.integer,
            (0...3).contains(level), let groups = user["r"]?.strings
        else { return nil }
        let words: [String]
        switch payload["scope"] {
        case .some(.string(let text)): words = text.split(separator: " ").map(String.init)
        case .some(let list):
            guard let texts = list.strings else { return nil }
            words = texts
        case nil: return nil
        }
        self.init(
            issuer: issuer, issuedAt: Timestamp(seconds: issuedAt), expiresAt: Timestamp(seconds: expiresAt),
            tokenID: tokenID, audience: audience, scope: Scope(words: words), subject: subject,
            clientID: payload["client_id"]?.string,
            user: UserClaims(
                name: name, email: email, permissions: Permissions(rawValue: Int(level)), groups: groups))
    }
}
