public import Cryptography
public import OAuth

/// The keys of each domain, unsealed and ready: one signs per algorithm, all are published.
public struct SigningKeys: Sendable {
    private let store: any SigningKeyStore
    private let sealing: SealingKey
    private let clock: WallClock
    private let cache: Cache<DomainID, DomainKeys>
    private let verifying: Cache<DomainID, DomainKeys>

    public init(store: any SigningKeyStore, sealing: SealingKey, clock: WallClock) {
        self.store = store
        self.sealing = sealing
        self.clock = clock
        cache = Cache(name: "keys", limit: 4_096, clock: clock, freshness: .minutes(1), outlivesStore: true)
        verifying = Cache(name: "verifying_keys", limit: 4_096, clock: clock, freshness: .minutes(1))
    }

    /// What everything that is made of keys goes by.
    var changes: UInt64? { store.changes }

    /// The keys to sign with and to publish.
    public func keys(of domain: DomainID) async throws -> DomainKeys {
        try await keys(of: domain, in: cache, asOf: changes)
    }

    /// The keys to verify with: as of a count that was read for the request, so that a key which was deleted
    /// on another node is worth nothing here. That count is another one than `changes`, and so has a cache of
    /// its own.
    func verifiers(of domain: DomainID, asOf changes: UInt64) async throws -> DomainKeys {
        try await keys(of: domain, in: verifying, asOf: changes)
    }

    private func keys(
        of domain: DomainID, in cache: Cache<DomainID, DomainKeys>, asOf changes: UInt64?
    ) async throws -> DomainKeys {
        let keys = try await cache.value(for: domain, asOf: changes) {
            let now = clock.now()
            let stored = try await store.signingKeys(of: domain).filter { $0.retiresAt.map { now < $0 } ?? true }
            return try DomainKeys(
                stored.map { stored in
                    let pem = try sealing.open(stored.sealedPEM, context: Self.context(of: domain))
                    let key = try SigningKey(pem: String(decoding: pem, as: UTF8.self))
                    return (key, signs: stored.retiresAt == nil)
                })
        }
        // An empty list of keys is still a value, so this never happens.
        return keys ?? DomainKeys([])
    }

    /// Whether a stored key is sealed under this master key.
    public static func opens(_ stored: StoredSigningKey, with sealing: SealingKey) -> Bool {
        (try? sealing.open(stored.sealedPEM, context: context(of: stored.domain))) != nil
    }

    /// What a sealed key is bound to, so that a row moved to another domain does not open.
    static func context(of domain: DomainID) -> String { "signing-key:\(domain.text)" }
}

/// The keys of one domain.
public struct DomainKeys: Sendable {
    /// RFC 7517: every public key, the ones that no longer sign included.
    public let jwks: [UInt8]
    private let signers: [SigningKey.Algorithm: Signer]
    private let verifiers: [String: SigningKey]

    init(_ keys: [(SigningKey, signs: Bool)]) {
        var signers: [SigningKey.Algorithm: Signer] = [:]
        for (key, signs) in keys where signs && signers[key.algorithm] == nil {
            signers[key.algorithm] = Signer(key)
        }
        self.signers = signers
        verifiers = Dictionary(keys.map { ($0.0.keyID, $0.0) }, uniquingKeysWith: { first, _ in first })
        jwks = Array(#"{"keys":[\#(keys.map(\.0.publicJWK).joined(separator: ","))]}"#.utf8)
    }

    /// The algorithms that some key of the domain signs with.
    public var algorithms: [SigningKey.Algorithm] { SigningKey.Algorithm.allCases.filter { signers[$0] != nil } }

    /// The key that signs with this algorithm or, where the domain has none, with RS256.
    func signer(_ algorithm: SigningKey.Algorithm) throws -> Signer {
        guard let signer = signers[algorithm] ?? signers[.rs256] ?? signers.values.first else { throw NoSigningKey() }
        return signer
    }

    func verifier(keyID: String) -> SigningKey? { verifiers[keyID] }
}

/// A domain without a key that signs: `gatehouse key rotate` makes one.
public struct NoSigningKey: Error {}

/// Writes JWTs (RFC 7519, RFC 7515 §3.1) with one key; their headers are encoded once.
struct Signer: Sendable {
    enum TokenType: Sendable { case jwt, accessToken }

    let algorithm: String
    private let key: SigningKey
    private let jwtHeader: [UInt8]
    private let accessTokenHeader: [UInt8]

    init(_ key: SigningKey) {
        self.key = key
        algorithm = key.algorithm.rawValue
        func header(_ type: String) -> [UInt8] {
            let json = #"{"alg":"\#(key.algorithm.rawValue)","typ":"\#(type)","kid":"\#(key.keyID)"}"#
            return Array((Base64URL.encode(Array(json.utf8)) + ".").utf8)
        }
        jwtHeader = header("JWT")
        accessTokenHeader = header("at+jwt")
    }

    func sign(_ payload: [UInt8], type: TokenType) throws -> String {
        var token = type == .jwt ? jwtHeader : accessTokenHeader
        token.reserveCapacity(token.count + payload.count * 4 / 3 + 400)
        Base64URL.append(payload, to: &token)
        let signature = try key.sign(token)
        token.append(UInt8(ascii: "."))
        Base64URL.append(signature, to: &token)
        return String(decoding: token, as: UTF8.self)
    }
}
