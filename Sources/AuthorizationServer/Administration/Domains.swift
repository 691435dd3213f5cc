import Cryptography
public import OAuth

/// What to set of a domain; `nil` leaves it as it is.
public struct DomainDraft: Sendable {
    public var name: String?
    public var description: String?
    public var host: String?
    public var loginURL: String?
    public var logoutURL: String?
    public var internals: JSON?
    public var config: JSON?
    public var emailDomains: [String]?
    public var policy: DomainPolicy?

    public init() {}
}

extension Administration {
    /// A new domain, with a key of its own.
    ///
    /// - Throws: `ValidationFailure`.
    public func createDomain(_ draft: DomainDraft, by actor: String) async throws -> Domain {
        var domain = Domain(
            id: DomainID(identifier("authority")), name: draft.name ?? "", host: draft.host ?? "",
            createdAt: clock.now())
        try apply(draft, to: &domain)
        do { try await store.insert(domain) } catch StoreError.conflict {
            throw ValidationFailure("domain", "is taken")
        }
        try await rotateKey(of: domain, algorithm: .rs256, by: actor)
        if domain.policy.signingAlgorithm != .rs256 {
            try await rotateKey(of: domain, algorithm: domain.policy.signingAlgorithm, by: actor)
        }
        try await conclude("created domain", of: domain.host, in: domain.id, by: actor)
        return domain
    }

    public func updateDomain(_ domain: Domain, _ draft: DomainDraft, by actor: String) async throws -> Domain {
        let domain = try await retryingWhenStale { isFirst in
            var changed = domain
            if !isFirst {
                guard let current = try await store.domain(id: domain.id) else { throw StoreError.missing }
                changed = current
            }
            try apply(draft, to: &changed)
            changed.updatedAt = clock.now()
            do { try await store.update(changed) } catch StoreError.conflict {
                throw ValidationFailure("domain", "is taken")
            }
            changed.revision += 1
            return changed
        }
        try await conclude("updated domain", of: domain.host, in: domain.id, by: actor)
        return domain
    }

    /// Takes everything of the domain with it.
    ///
    /// - Throws: `LastAdministrator`.
    public func deleteDomain(_ domain: Domain, by actor: String) async throws {
        guard try await store.delete(domain: domain.id) else { throw LastAdministrator() }
    }

    private func apply(_ draft: DomainDraft, to domain: inout Domain) throws(ValidationFailure) {
        if let value = draft.name { domain.name = value }
        if let value = draft.description { domain.description = value }
        if let value = draft.host { domain.host = Self.host(of: value) }
        if let value = draft.loginURL { domain.loginURL = value }
        if let value = draft.logoutURL { domain.logoutURL = value }
        if let value = draft.internals { domain.internals = value }
        if let value = draft.config { domain.config = value }
        if let value = draft.emailDomains { domain.emailDomains = value.map { $0.lowercased() } }
        if let value = draft.policy { domain.policy = value }

        var faults = Faults()
        faults.check("name", domain.name, required: true)
        faults.check("description", domain.description, longest: 4_096)
        faults.check("login_url", domain.loginURL, longest: 2_048, required: true)
        faults.check("logout_url", domain.logoutURL, longest: 2_048, required: true)
        let allowed = domain.host.utf8.allSatisfy {
            $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]")
                || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "_")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
        }
        if domain.host.isEmpty || domain.host.utf8.count > 253 || !allowed {
            faults.add("domain", "must be a host name")
        }
        for url in [("login_url", domain.loginURL), ("logout_url", domain.logoutURL)] where !Self.isSafeURL(url.1) {
            faults.add(url.0, "must be a path that starts with /, or an http(s) URL")
        }
        for (field, json) in [("internals", domain.internals), ("config", domain.config)] {
            if json.members == nil || json.bytes.count > 32_768 {
                faults.add(field, "must be a JSON object of at most 32 KiB")
            }
        }
        try faults.verify()
    }

    /// A path of this host, or http(s). Byte by byte, and plain ASCII: see `Continuation`.
    private static func isSafeURL(_ url: String) -> Bool {
        let bytes = Array(url.utf8)
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else { return false }
        if url.hasPrefix("https://") || url.hasPrefix("http://") { return true }
        return bytes.first == UInt8(ascii: "/") && bytes.dropFirst().first != UInt8(ascii: "/")
    }

    /// PlaceOS stores the host only: scheme, port and path are stripped, letters lowered.
    static func host(of text: String) -> String {
        var rest = Substring(text.lowercased())
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        rest = rest.prefix { !"/?#".contains($0) }
        if rest.hasPrefix("[") {
            return String(rest.prefix { $0 != "]" }) + (rest.contains("]") ? "]" : "")
        }
        return String(rest.prefix { $0 != ":" })
    }
}
