public import OAuth

/// Domains and clients as every request needs them, kept in memory until an administrator changes one.
public struct Directory: Sendable {
    private let store: any DomainStore & ClientStore
    private let domains: Cache<String, Domain>
    private let clients: Cache<ClientKey, Client>

    private struct ClientKey: Hashable, Sendable {
        let domain: DomainID
        let id: ClientID
    }

    public init(store: any DomainStore & ClientStore, clock: WallClock) {
        self.store = store
        domains = Cache(name: "domains", limit: 4_096, clock: clock, outlivesStore: true)
        clients = Cache(name: "clients", limit: 16_384, clock: clock)
    }

    /// - Parameter host: as the request names it, without port. Lower-cased here; `127.0.0.1` and `[::1]`
    ///   are spellings of `localhost`.
    public func domain(host: String) async throws -> Domain? {
        guard host.utf8.count <= 253 else { return nil }
        let host = host.lowercased()
        let name = host == "127.0.0.1" || host == "[::1]" ? "localhost" : host
        return try await domains.value(for: name, asOf: store.changes) { try await store.domain(host: name) }
    }

    /// The client as of this call, on whatever node it was changed: one that was deleted, or whose secret was
    /// taken back, is given nothing any more.
    public func client(id: ClientID, in domain: Domain) async throws -> Client? {
        guard id.text.utf8.count <= 256 else { return nil }
        let changes = try await store.counts().changes
        return try await clients.value(for: ClientKey(domain: domain.id, id: id), asOf: changes) {
            try await store.client(id: id, in: domain.id)
        }
    }
}
