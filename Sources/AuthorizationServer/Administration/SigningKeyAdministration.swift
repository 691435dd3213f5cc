public import Cryptography
import OAuth

extension Administration {
    /// A new key that signs from now on. The one before it is published for as long as its tokens live.
    @discardableResult
    public func rotateKey(of domain: Domain, algorithm: SigningKey.Algorithm, by actor: String) async throws
        -> SigningKey
    {
        let key: SigningKey
        do { key = try SigningKey.generate(algorithm) } catch {
            throw StoreError.unavailable("no key could be generated: \(error)")
        }
        try await install(key, in: domain, by: actor)
        return key
    }

    /// Takes over a key that another service signs with, such as PlaceOS's `JWT_SECRET`.
    ///
    /// - Throws: `ValidationFailure` for the key that stands in PlaceOS's public source.
    public func importKey(_ key: SigningKey, into domain: Domain, isDevelopment: Bool, by actor: String) async throws {
        guard isDevelopment || key.keyID != SigningKey.placeOSDevelopmentKeyID else {
            throw ValidationFailure("key", "is PlaceOS's development key, which everybody knows; make one of your own")
        }
        if try await store.signingKeys(of: domain.id).contains(where: { $0.id == key.keyID && $0.retiresAt == nil }) {
            return
        }
        try await install(key, in: domain, by: actor)
    }

    /// - Throws: `ValidationFailure` for a key that still signs, or that isn't there.
    public func deleteKey(_ id: String, of domain: Domain, by actor: String) async throws {
        guard try await store.delete(signingKey: id, of: domain.id) else {
            throw ValidationFailure("key", "is not there, or still signs: rotate it first")
        }
        try await conclude("deleted signing key", of: id, in: domain.id, by: actor)
    }

    private func install(_ key: SigningKey, in domain: Domain, by actor: String) async throws {
        let now = clock.now()
        let pem: String
        do { pem = try key.pem() } catch { throw StoreError.unavailable("the key could not be written: \(error)") }
        let sealed = try sealing.seal(Array(pem.utf8), context: SigningKeys.context(of: domain.id))
        try await store.insert(
            StoredSigningKey(
                id: key.keyID, domain: domain.id, algorithm: key.algorithm.rawValue, sealedPEM: sealed, createdAt: now,
                retiresAt: nil),
            // A day: longer than any access token and than any verifier's cache of the key set.
            retiringOthersAt: now + .days(1))
        try await conclude("new \(key.algorithm.rawValue) signing key", of: key.keyID, in: domain.id, by: actor)
    }
}
