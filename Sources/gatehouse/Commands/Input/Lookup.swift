import AuthorizationServer
import OAuth

/// Finds what a person names, or says where the names are listed.
extension Workspace {
    /// Who did it, in the list of events.
    static var actor: String { "command line" }

    func domain(_ host: String) async throws -> Domain {
        if let domain = try await store.domain(host: host.lowercased()) { return domain }
        if let domain = try await store.domain(id: DomainID(host)) { return domain }
        throw ProblemForOperator("There is no domain \"\(printable(host))\". See: gatehouse domain list")
    }

    /// By e-mail address, id, login name or staff id.
    func user(_ name: String, in domain: Domain) async throws -> User {
        if let user = try await store.user(named: name, in: domain.id) { return user }
        throw ProblemForOperator(
            "There is no user \"\(printable(name))\" in the domain \(domain.host). See: gatehouse user list")
    }

    /// By `client_id`, number or name.
    func client(_ name: String, in domain: Domain) async throws -> Client {
        if let client = try await store.client(id: ClientID(name), in: domain.id) { return client }
        if let number = Int64(name), let client = try await store.client(number: number), client.domain == domain.id {
            return client
        }
        let namesakes = try await store.clients(in: domain.id, ListRequest(search: name, limit: 1_000)).items
        if let client = namesakes.first(where: { $0.name == name }) { return client }
        throw ProblemForOperator(
            "There is no application \"\(printable(name))\" in the domain \(domain.host). See: gatehouse app list")
    }

    /// By id or name, with the user it belongs to.
    func apiKey(_ name: String, in domain: Domain) async throws -> (key: APIKey, user: User) {
        if let found = try await store.apiKey(id: name), found.key.domain == domain.id { return found }
        let namesakes = try await store.apiKeys(in: domain.id, ListRequest(search: name, limit: 1_000)).items
        if let key = namesakes.first(where: { $0.name == name }), let found = try await store.apiKey(id: key.id) {
            return found
        }
        throw ProblemForOperator(
            "There is no API key \"\(printable(name))\" in the domain \(domain.host). See: gatehouse api-key list")
    }
}
