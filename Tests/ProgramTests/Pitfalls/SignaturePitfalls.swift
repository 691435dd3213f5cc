import Crypto
import Cryptography
import Foundation
import JWTKit
import OAuth
import Testing

extension TheProgram {
    /// Tokens as somebody else's library sees them.
    @Suite("Pitfalls: signatures and claims", .served)
    struct SignaturePitfalls {
        private let server: GatehouseProcess
        init() throws { server = try Served.server }

        private struct IDToken: JWTPayload {
            let iss: IssuerClaim
            let sub: SubjectClaim
            let aud: AudienceClaim
            let exp: ExpirationClaim
            let iat: IssuedAtClaim
            let nonce: String
            let auth_time: Int
            let at_hash: String

            func verify(using algorithm: some JWTAlgorithm) throws { try exp.verifyNotExpired() }
        }

        private struct AccessToken: JWTPayload {
            struct User: Codable { let n: String, e: String, p: Int, r: [String] }
            let iss: IssuerClaim
            let sub: SubjectClaim
            let aud: String
            let exp: ExpirationClaim
            let iat: IssuedAtClaim
            let jti: IDClaim
            let scope: [String]
            let u: User

            func verify(using algorithm: some JWTAlgorithm) throws { try exp.verifyNotExpired() }
        }

        private func keys() async throws -> JWTKeyCollection {
            let discovery = try await server.get("/.well-known/openid-configuration").json
            let address = try #require(discovery["jwks_uri"]?.string)
            let path = try #require(address.split(separator: "localhost:\(server.port)").last)
            return try await JWTKeyCollection().add(jwksJSON: try await server.get(String(path)).text)
        }

        @Test func `an ID Token stands up to a strict verifier, and its issuer is the one of discovery`() async throws {
            let extra: KeyValuePairs = ["nonce": "n-0S6_WzA2Mj"]
            let code = try await server.code(try await server.session(), scope: "openid public", extra: extra)
            let reply = try await server.redeem(code)
            let idToken = try #require(try reply.json["id_token"]?.string)

            let token = try await keys().verify(idToken, as: IDToken.self)

            let discovery = try await server.get("/.well-known/openid-configuration").json
            #expect(token.iss.value == discovery["issuer"]?.string)
            #expect(token.iss.value == "http://localhost:\(server.port)")
            #expect(token.aud.value == [Demo.clientID])
            #expect(token.sub.value.hasPrefix("user-"))
            #expect(token.nonce == "n-0S6_WzA2Mj")
            #expect(token.exp.value > token.iat.value)
            #expect(abs(Double(token.auth_time) - token.iat.value.timeIntervalSince1970) < 60)
            // OpenID Connect Core §3.1.3.6, computed with another library.
            let half = Crypto.SHA256.hash(data: Data(try TokenPair(reply).access.utf8)).prefix(16)
            let hash = Data(half).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
                "=", with: "")
            #expect(token.at_hash == hash)
            let userInfo = try await server.get(
                "/auth/oauth/userinfo", ["Authorization": "Bearer \(TokenPair(reply).access)"])
            #expect(try userInfo.json["sub"]?.string == token.sub.value)
        }

        @Test func `an access token stands up to a strict verifier, with PlaceOS's claims`() async throws {
            let pair = try TokenPair(try await server.passwordGrant(scope: "public mqtt.read"))

            let token = try await keys().verify(pair.access, as: AccessToken.self)

            #expect(token.iss.value == "POS")
            #expect(token.aud == "localhost")
            #expect(token.scope == ["public", "mqtt.read"])
            #expect(token.exp.value.timeIntervalSince(token.iat.value) == 7_200)
            #expect(token.u.e == Demo.serviceAccount)
            #expect(token.u.p == 0)
        }

        @Test func `all four discovery addresses say the same`() async throws {
            let texts = try await [
                "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server",
                "/auth/.well-known/openid-configuration", "/auth/.well-known/oauth-authorization-server",
            ].asyncMap { try await server.get($0).text }

            #expect(Set(texts).count == 1)
        }

        @Test func `the key set holds public members only`() async throws {
            let keys = try #require(try await server.get("/auth/oauth/discovery/keys").json["keys"]?.array)

            #expect(keys.count == 1)
            for key in keys { #expect(Set(key.members?.map(\.name) ?? []) == ["kty", "n", "e", "kid", "use", "alg"]) }
        }

        /// Tokens that look like ours and are not.
        private func forgeries() async throws -> [(name: String, token: String)] {
            let genuine = try TokenPair(try await server.passwordGrant()).access
            let parts = genuine.split(separator: ".").map(String.init)
            let header = try JSON(parsing: try #require(Base64URL.decode(parts[0])))
            let keyID = try #require(header["kid"]?.string)
            let payload = try JSON(parsing: try #require(Base64URL.decode(parts[1])))
            func encoded(_ json: JSON) -> String { Base64URL.encode(Array(json.text.utf8)) }
            func signed(_ header: JSON, _ payload: JSON, _ signature: (String) throws -> [UInt8]) rethrows -> String {
                let text = "\(encoded(header)).\(encoded(payload))"
                return "\(text).\(Base64URL.encode(try signature(text)))"
            }
            func mac(_ text: String, _ key: [UInt8]) -> [UInt8] {
                Array(HMAC<Crypto.SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: key)))
            }
            let stranger = try SigningKey.generate(.rs256)
            let jwks = try await server.get("/auth/oauth/discovery/keys").json
            let modulus = try #require(jwks["keys"]?.array?.first?["n"]?.string)
            let admin = payload.setting("u", to: ["n": "x", "e": "x@x", "p": 3, "r": []])
            let none: JSON = ["alg": "none", "typ": "JWT", "kid": .string(keyID)]
            let hmac: JSON = ["alg": "HS256", "typ": "JWT", "kid": .string(keyID)]
            let embedded = header.setting("jwk", to: try JSON(parsing: stranger.publicJWK))
            return [
                ("alg none", signed(none, payload) { _ in [] }),
                ("alg none without its last part", "\(encoded(none)).\(encoded(payload))"),
                ("alg nOnE", signed(none.setting("alg", to: "nOnE"), payload) { _ in [] }),
                (
                    "HS256 with the modulus",
                    try signed(hmac, payload) { mac($0, try #require(Base64URL.decode(modulus))) }
                ),
                ("HS256 with the modulus as text", signed(hmac, payload) { mac($0, Array(modulus.utf8)) }),
                ("HS256 with an empty key", signed(hmac, payload) { mac($0, [0]) }),
                ("somebody else's key", try signed(header, payload) { try stranger.sign(Array($0.utf8)) }),
                ("a key in the header", try signed(embedded, admin) { try stranger.sign(Array($0.utf8)) }),
                ("a raised permission", "\(parts[0]).\(encoded(admin)).\(parts[2])"),
                ("an unknown key id", "\(encoded(header.setting("kid", to: "x"))).\(parts[1]).\(parts[2])"),
                ("a longer life", "\(parts[0]).\(encoded(payload.setting("exp", to: 9_999_999_999))).\(parts[2])"),
                ("a cut signature", String(genuine.dropLast(4))),
                ("no signature", "\(parts[0]).\(parts[1])."),
                ("a part too many", genuine + ".e30"),
                ("a critical extension", "\(encoded(header.setting("crit", to: ["exp"]))).\(parts[1]).\(parts[2])"),
            ]
        }

        @Test func `no surface accepts a token with alg none, another key, or a changed payload`() async throws {
            let genuine = try TokenPair(try await server.passwordGrant()).access
            #expect(try await server.accepts(genuine))
            for (name, token) in try await forgeries() {
                let bearer: KeyValuePairs = ["Authorization": "Bearer \(token)"]
                for target in ["/auth/oauth/token/info", "/auth/oauth/userinfo"] {
                    let reply = try await server.get(target, bearer)
                    #expect(reply.status == 401, "\(name) at \(target)")
                    #expect(reply["WWW-Authenticate"]?.hasPrefix("Bearer ") == true)
                }
                let authority = try await server.get("/auth/authority", bearer)
                #expect(try authority.json["token_valid"]?.bool == false, "\(name)")
                #expect(authority.setCookie("verified") == nil, "\(name)")
                let introspection = try await server.send(
                    "POST", "/auth/oauth/introspect",
                    ["Authorization": "Bearer \(token)", "Content-Type": "application/x-www-form-urlencoded"],
                    body: "token=\(genuine)")
                #expect(introspection.status == 401, "\(name)")
                let inspection = try await server.get("/api/engine/v2/api_keys/inspect?bearer_token=\(token)")
                #expect(inspection.status == 401, "\(name)")
            }
        }

        @Test func `only an access token is a bearer token`() async throws {
            let cookie = try await server.session()
            let code = try await server.code(cookie, scope: "openid public")
            let reply = try await server.redeem(code)
            let idToken = try #require(try reply.json["id_token"]?.string)

            for token in [idToken, try TokenPair(reply).refresh, code, String(cookie.dropFirst(5))] {
                #expect(try await !server.accepts(token))
                #expect(try await server.get("/auth/oauth/userinfo?bearer_token=\(token)").status == 401)
            }
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
