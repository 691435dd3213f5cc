import Cryptography
public import OAuth

/// Finds and authenticates the client of a request (RFC 6749 §2.3 and §3.2.1).
public struct ClientAuthenticator: Sendable {
    private let directory: Directory

    public init(directory: Directory) { self.directory = directory }

    /// A public client is identified, a confidential one authenticated.
    ///
    /// A public client's left-over secret is ignored: bundles in the field carry some.
    ///
    /// - Throws: `invalid_client`, the same for an unknown client, a wrong secret and a missing one.
    public func authenticate(_ parameters: Parameters, authorization: String?, in domain: Domain) async throws
        -> Client
    {
        let failure = OAuthError.invalidClient(
            "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method."
        )
        guard let credentials = try ClientCredentials(parameters, authorization: authorization) else { throw failure }
        guard let client = try await directory.client(id: ClientID(credentials.clientID), in: domain),
            !client.isDisabled
        else { throw failure }
        guard client.isConfidential else { return client }
        guard let secret = credentials.secret, client.accepts(secret) else { throw failure }
        return client
    }
}

extension Client {
    func accepts(_ secret: Secret) -> Bool {
        let digest = secret.digest
        return secretDigests.contains { constantTimeEquals($0, digest) }
    }
}
