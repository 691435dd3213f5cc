import AuthorizationServer
import Cryptography
import Foundation
import OAuth

/// What a fresh data folder starts with, and what `--demo` adds.
struct FirstStart: Sendable {
    let workspace: Workspace
    let configuration: Configuration

    static let backofficeRedirectURI = "https://localhost:8443/backoffice/oauth-resp.html"
    private static let actor = "first start"

    /// The domain `localhost` with its keys and the Backoffice application, unless there are domains already.
    func prepare() async throws {
        // A domain alone does not say so: its keys and application may still be in the making on another node.
        let isDone = try await workspace.store.setting("first-start") != nil
        if isDone, configuration.jwtSecret == nil { return }
        try await workspace.inTurn("first start") {
            try await prepareAlone()
            _ = try await workspace.store.settle("first-start", "done")
        }
    }

    private func prepareAlone() async throws {
        let administration = workspace.administration
        if try await workspace.store.domains(ListRequest(limit: 1)).total == 0 {
            var draft = DomainDraft()
            draft.name = "Gatehouse"
            draft.host = "localhost"
            // Two commands may be the first at once: the other one's domain is as good.
            do {
                let domain = try await administration.createDomain(draft, by: Self.actor)
                _ = try await administration.createApplication(backoffice("public openid"), in: domain, by: Self.actor)
            } catch let failure as ValidationFailure where failure.faults.first?.field == "domain" {}
        }
        if let secret = configuration.jwtSecret { try await importKey(secret) }
    }

    /// Two ways back: the seed's, and the one for this very server.
    private func backoffice(_ scopes: String) -> ApplicationDraft {
        var draft = ApplicationDraft()
        draft.name = "Backoffice"
        draft.redirectURIs = [
            Self.backofficeRedirectURI, "http://localhost:\(configuration.listen.port)/backoffice/oauth-resp.html",
        ]
        draft.scopes = scopes
        draft.skipsAuthorization = true
        return draft
    }

    /// PlaceOS's own key signs in every domain, so that what verifies its tokens today verifies ours.
    private func importKey(_ secret: Secret) async throws {
        guard let bytes = Base64.decodeLenient(secret.exposed) else {
            throw ProblemForOperator("JWT_SECRET must be the base64 of a PEM file.")
        }
        let key: SigningKey
        do { key = try SigningKey(pem: String(decoding: bytes, as: UTF8.self)) } catch {
            throw ProblemForOperator("JWT_SECRET holds no usable private key: \(error).")
        }
        for domain in try await workspace.store.domains(ListRequest(limit: 10_000)).items {
            do {
                try await workspace.administration.importKey(
                    key, into: domain, isDevelopment: configuration.isDevelopment, by: Self.actor)
            } catch let failure as ValidationFailure {
                throw ProblemForOperator("JWT_SECRET \(failure.faults.first?.reason ?? "can't be used").")
            }
        }
    }

    /// The link by which somebody becomes the first administrator; `nil` when there is one.
    func setupLink(origin: String) async throws -> String? {
        guard try await !workspace.store.hasAdministrator() else { return nil }
        var domain = try await workspace.store.domain(host: "localhost")
        if domain == nil { domain = try await workspace.store.domains(ListRequest(limit: 1)).items.first }
        guard let domain else { return nil }
        let secret = try await workspace.administration.createSetupLink(for: domain)
        return "\(origin)/auth/setup?token=\(secret.exposed)"
    }

    static let demoPassword = "developer"
    static let demoServiceAccount = "service@account.com"
    static let demoUser = "user@email.com"

    /// The demo's accounts and application. Their password is known to everybody.
    func prepareDemo() async throws -> Client { try await workspace.inTurn("demo", prepareDemoAlone) }

    private func prepareDemoAlone() async throws -> Client {
        guard let domain = try await workspace.store.domain(host: "localhost") else {
            throw ProblemForOperator("The demo needs a domain \"localhost\".")
        }
        for (email, name, isService) in [
            (Self.demoServiceAccount, "Service Account", true), (Self.demoUser, "Demo User", false),
        ] {
            guard let address = EmailAddress(email),
                try await workspace.store.user(email: address, in: domain.id) == nil
            else { continue }
            var draft = UserDraft()
            draft.email = email
            draft.name = name
            draft.isServiceAccount = isService
            draft.password = Secret(Self.demoPassword)
            draft.allowsWeakPassword = true
            _ = try await workspace.administration.createUser(draft, in: domain, by: "demo")
        }
        let wanted = backoffice("public mqtt mqtt.read openid")
        let id = ClientID(Digests.md5Hex(Self.backofficeRedirectURI))
        guard let client = try await workspace.store.client(id: id, in: domain.id) else {
            return try await workspace.administration.createApplication(wanted, in: domain, by: "demo").client
        }
        return try await workspace.administration.updateApplication(client, wanted, by: "demo")
    }
}
