import Cryptography
import OAuth

/// What the server says of itself: OpenID Connect Discovery §4, RFC 8414, RFC 7517, WebFinger (RFC 7033).
public struct DiscoveryEndpoint: Sendable {
    private let keys: SigningKeys
    private let documents: Cache<String, Document>

    public init(keys: SigningKeys, clock: WallClock) {
        self.keys = keys
        documents = Cache(name: "documents", limit: 4_096, clock: clock, freshness: .minutes(1))
    }

    /// A document whose bytes are written once, with its entity tag.
    public struct Document: Sendable {
        public let bytes: [UInt8]
        public let entityTag: String

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
            entityTag = "\"\(Base64URL.encode(Array(Digests.sha256(bytes).prefix(12))))\""
        }
    }

    /// The public keys of a domain (RFC 7517 §5).
    public func jwks(of domain: Domain) async throws -> Document {
        let document = try await documents.value(for: "keys:\(domain.id.text)", asOf: keys.changes) {
            Document(try await keys.keys(of: domain.id).jwks)
        }
        return document ?? Document([])
    }

    /// - Parameter issuer: the domain's origin as this request reached it.
    public func metadata(of domain: Domain, issuer: String) async throws -> Document {
        let document = try await documents.value(for: "\(domain.id.text):\(issuer)", asOf: keys.changes) {
            let algorithms = try await keys.keys(of: domain.id).algorithms.map(\.rawValue)
            return Document(Self.metadata(of: domain, issuer: issuer, algorithms: algorithms))
        }
        return document ?? Document([])
    }

    private static func metadata(of domain: Domain, issuer: String, algorithms: [String]) -> [UInt8] {
        let endSession = domain.logoutURL.hasPrefix("/") ? issuer + domain.logoutURL : domain.logoutURL
        var json = JSONWriter(capacity: 2_048)
        json.beginObject()
        json.member("issuer", issuer)
        json.member("authorization_endpoint", issuer + "/auth/oauth/authorize")
        json.member("token_endpoint", issuer + "/auth/oauth/token")
        json.member("userinfo_endpoint", issuer + "/auth/oauth/userinfo")
        json.member("revocation_endpoint", issuer + "/auth/oauth/revoke")
        json.member("introspection_endpoint", issuer + "/auth/oauth/introspect")
        json.member("jwks_uri", issuer + "/auth/oauth/discovery/keys")
        json.member("end_session_endpoint", endSession)
        json.member("scopes_supported", texts: ["public", "openid", "profile", "email", "offline_access"])
        json.member("response_types_supported", texts: ["code"])
        json.member("response_modes_supported", texts: ResponseMode.allCases.map(\.rawValue))
        json.member("grant_types_supported", texts: GrantType.allCases.map(\.rawValue))
        json.member("subject_types_supported", texts: ["public"])
        json.member("id_token_signing_alg_values_supported", texts: algorithms)
        let methods = ["client_secret_basic", "client_secret_post", "none"]
        json.member("token_endpoint_auth_methods_supported", texts: methods)
        json.member("revocation_endpoint_auth_methods_supported", texts: methods)
        json.member(
            "introspection_endpoint_auth_methods_supported", texts: ["client_secret_basic", "client_secret_post"])
        json.member("code_challenge_methods_supported", texts: ["S256"])
        json.member("claim_types_supported", texts: ["normal"])
        json.member(
            "claims_supported",
            texts: ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash"] + StandardClaims.names)
        json.member("prompt_values_supported", texts: Prompt.allCases.map(\.rawValue))
        json.name("authorization_response_iss_parameter_supported")
        json.bool(true)
        json.name("request_parameter_supported")
        json.bool(false)
        json.name("request_uri_parameter_supported")
        json.bool(false)
        json.endObject()
        return json.bytes
    }

    /// RFC 7033 §4.4, with the one link that OpenID Connect Discovery §2 asks for.
    public func webFinger(resource: String, issuer: String) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("subject", resource)
        json.name("links")
        json.beginArray()
        json.beginObject()
        json.member("rel", "http://openid.net/specs/connect/1.0/issuer")
        json.member("href", issuer)
        json.endObject()
        json.endArray()
        json.endObject()
        return json.bytes
    }

    /// RFC 9728 §3.2, for the APIs behind this server.
    public func protectedResource(_ resource: String, issuer: String) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("resource", resource)
        json.member("authorization_servers", texts: [issuer])
        json.member("scopes_supported", texts: ["public"])
        json.endObject()
        return json.bytes
    }
}
