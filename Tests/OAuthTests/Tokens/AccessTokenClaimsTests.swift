import OAuth
import Testing

@Suite("What an access token says")
struct AccessTokenClaimsTests {
    private let claims = AccessTokenClaims(
        issuer: "POS", issuedAt: Timestamp(seconds: 1_750_000_000), expiresAt: Timestamp(seconds: 1_750_007_200),
        tokenID: "gabc.0.xyz", audience: "localhost", scope: Scope(words: ["public", "mqtt.read"]),
        subject: "user-1", clientID: "client",
        user: UserClaims(
            name: "Una \"U\" User", email: "user@email.com", permissions: [.support, .administrator],
            groups: ["a", "b c"]))

    @Test func `in PlaceOS's format it has exactly PlaceOS's claims, in their order`() {
        #expect(
            String(decoding: claims.placeOSPayload(), as: UTF8.self)
                == #"{"iss":"POS","iat":1750000000,"exp":1750007200,"jti":"gabc.0.xyz","aud":"localhost","#
                + #""scope":["public","mqtt.read"],"sub":"user-1","#
                + #""u":{"n":"Una \"U\" User","e":"user@email.com","p":3,"r":["a","b c"]}}"#)
    }

    @Test func `the API's inspect shows the same without jti`() {
        #expect(
            String(decoding: claims.placeOSPayload(hidesTokenID: true), as: UTF8.self)
                == String(decoding: claims.placeOSPayload(), as: UTF8.self).replacing(#""jti":"gabc.0.xyz","#, with: "")
        )
    }

    @Test func `in the format of RFC 9068 it has the claims of its section 2 2`() throws {
        let json = try JSON(parsing: claims.jwtPayload())

        #expect(json.members?.map(\.name) == ["iss", "exp", "aud", "sub", "client_id", "iat", "jti", "scope", "u"])
        #expect(json["scope"]?.string == "public mqtt.read")
        #expect(json["client_id"]?.string == "client")
    }

    @Test func `either format reads as what was written`() throws {
        var withoutClient = claims
        withoutClient.clientID = nil

        #expect(try AccessTokenClaims(payload: JSON(parsing: claims.jwtPayload())) == claims)
        #expect(try AccessTokenClaims(payload: JSON(parsing: claims.placeOSPayload())) == withoutClient)
    }

    @Test(
        "a payload without a claim, or with one of the wrong type, is none (RFC 8725 §3.10)",
        arguments: ["iss", "iat", "exp", "jti", "aud", "scope", "sub", "u"])
    func incomplete(_ name: String) throws {
        let json = try JSON(parsing: claims.placeOSPayload())
        let without = JSON.object((json.members ?? []).filter { $0.name != name })

        #expect(AccessTokenClaims(payload: without) == nil)
        for wrong in [nil, true, ["x": 1], [1]] as [JSON] {
            #expect(AccessTokenClaims(payload: json.setting(name, to: wrong)) == nil)
        }
    }

    @Test(
        "a user claim is checked too",
        arguments: [
            ("n", 1), ("e", nil), ("p", "2"), ("p", 4), ("p", -1), ("r", "a"), ("r", [1]),
        ] as [(String, JSON)])
    func user(name: String, value: JSON) throws {
        let json = try JSON(parsing: claims.placeOSPayload())
        let user = try #require(json["u"])

        #expect(AccessTokenClaims(payload: json.setting("u", to: user.setting(name, to: value))) == nil)
    }

    @Test func `what is no object is no payload`() {
        #expect(AccessTokenClaims(payload: []) == nil)
        #expect(AccessTokenClaims(payload: "x") == nil)
    }

    @Test(
        "a level is an administrator's or a supporter's by its bits",
        arguments: [
            (0, false, false), (1, true, false), (2, true, true), (3, true, true),
        ])
    func levels(level: Int, isSupport: Bool, isAdministrator: Bool) {
        let permissions = Permissions(rawValue: level)

        #expect(permissions.isSupport == isSupport)
        #expect(permissions.isAdministrator == isAdministrator)
    }
}

@Suite("What a jti refers to")
struct TokenReferenceTests {
    @Test(
        "reads as what was written",
        arguments: [
            TokenReference(origin: .grant("gI5y-_CWE"), generation: 3, random: "8Zr"),
            TokenReference(origin: .client(140_737_488_355_328), generation: 0, random: "8Zr"),
        ])
    func roundTrip(_ reference: TokenReference) {
        #expect(TokenReference(parsing: reference.text) == reference)
    }

    @Test(
        "another service's jti refers to nothing here",
        arguments: [
            "", "g.0.x", "gabc.0", "gabc.0.x.y", "gabc.x.y", "gabc..x", "c.0.x", "cabc.0.x", "x1.0.x",
            "c99999999999999999999.0.x", "gabc.99999999999999999999.x", "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed",
            "g" + String(repeating: "a", count: 200) + ".0.x",
        ])
    func foreign(_ text: String) {
        #expect(TokenReference(parsing: text) == nil)
    }
}

@Suite("OpenID Connect Core §2: what an ID Token says")
struct IDTokenClaimsTests {
    private let claims = IDTokenClaims(
        issuer: "https://a.example", subject: "user-1", audience: "client", issuedAt: Timestamp(seconds: 100),
        expiresAt: Timestamp(seconds: 700), authenticatedAt: Timestamp(seconds: 50), nonce: "n-0S6_WzA2Mj",
        accessToken: "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
        profile: StandardClaims(
            email: "user@email.com", emailVerified: true, name: "Una User", preferredUsername: "una", givenName: "Una",
            familyName: nil, nickname: nil, phoneNumber: nil))

    @Test func `has the claims in order, and leaves out what is not known`() throws {
        let json = try JSON(parsing: claims.payload(signedWith: "RS256"))

        #expect(
            json.members?.map(\.name) == [
                "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "email", "email_verified", "name",
                "full_name", "preferred_username", "given_name",
            ])
        #expect(json["auth_time"]?.integer == 50)
    }

    @Test func `at_hash is the left half of the token's digest, as §3.1.3.6 and its example say`() throws {
        let json = try JSON(parsing: claims.payload(signedWith: "RS256"))

        #expect(json["at_hash"]?.string == "77QmUPtjPfzWtF2AnpK9RQ")
    }

    @Test func `Ed25519 takes SHA-512`() throws {
        let json = try JSON(parsing: claims.payload(signedWith: "EdDSA"))

        #expect(json["at_hash"]?.string?.count == 43)
    }
}
