public import AuthorizationServer
import Cryptography
public import OAuth
import Storage
import Web

/// A domain with somebody of each kind, and the applications of the examples in the documentation.
public struct TestDomain: Sendable {
    public let domain: Domain
    /// `admin@…`
    public let administrator: User
    /// `support@…`
    public let support: User
    /// `user@email.com`
    public let user: User
    /// `service@account.com`
    public let serviceAccount: User
    /// Public, of PlaceOS's profile; its `client_id` is the MD5 of its redirect URI.
    public let application: Client
    /// Confidential, of PlaceOS's profile.
    public let confidential: Client
    public let confidentialSecret: Secret

    /// Of every user here.
    public static let password = "developer"
    public static let redirectURI = "https://localhost:8443/backoffice/oauth-resp.html"
    public static let scopes = "public mqtt mqtt.read openid"
    public static let confidentialRedirectURI = "https://photos.example/callback"
}

extension TestSite {
    /// Another domain beside `localhost`, with the same users and applications, each its own.
    public func addDomain(_ host: String) async throws -> TestDomain {
        try await Self.populate(host, store: store, administration: services.administration, at: clock.now)
    }

    static func populate(_ host: String, store: SQLStore, administration: Administration, at now: Timestamp)
        async throws
        -> TestDomain
    {
        let domain = Domain(id: DomainID("authority-\(host)"), name: "Domain \(host)", host: host, createdAt: now)
        try await store.insert(domain)
        try await administration.importKey(signingKey.get(), into: domain, isDevelopment: false, by: "test")

        func user(_ email: String, _ name: String, _ permissions: Permissions = []) async throws -> User {
            var user = User(
                id: UserID("user-\(email.prefix { $0 != "@" })-\(host)"), domain: domain.id, email: try address(email),
                name: name, createdAt: now)
            user.permissions = permissions
            user.passwordDigest = try passwordDigest.get()
            try await store.insert(user)
            return user
        }

        var application = ApplicationDraft()
        application.name = "backoffice"
        application.redirectURIs = [TestDomain.redirectURI]
        application.scopes = TestDomain.scopes
        var confidential = ApplicationDraft()
        confidential.name = "photos"
        confidential.redirectURIs = [TestDomain.confidentialRedirectURI]
        confidential.scopes = TestDomain.scopes
        confidential.isConfidential = true
        let (client, secret) = try await administration.createApplication(confidential, in: domain, by: "test")
        return TestDomain(
            domain: domain,
            administrator: try await user("admin@\(host)", "Ada Administrator", .administrator),
            support: try await user("support@\(host)", "Sam Support", .support),
            user: try await user("user@email.com", "Una User"),
            serviceAccount: try await user("service@account.com", "Service Account"),
            application: try await administration.createApplication(application, in: domain, by: "test").client,
            confidential: client, confidentialSecret: secret)
    }

    private static func address(_ text: String) throws -> EmailAddress {
        guard let address = EmailAddress(text) else { throw ValidationFailure("email", "must be an e-mail address") }
        return address
    }

    /// Made once for all tests: an RSA key takes longer than most of them.
    private static let signingKey = Result { try SigningKey.generate(.rs256) }
    private static let passwordDigest = Result { try PasswordDigest.make(TestDomain.password, cost: hashingCost) }
}
