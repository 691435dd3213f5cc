public import OAuth

/// Something an administrator may want to know later. It names no secret.
public struct Event: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        case signedIn = "signed_in"
        case signInRefused = "sign_in_refused"
        case signedOut = "signed_out"
        case refreshTokenReused = "refresh_token_reused"
        case codeReused = "code_reused"
        case passwordGrantUsed = "password_grant_used"
        case administered
    }

    public let domain: DomainID
    public let at: Timestamp
    public let kind: Kind
    /// Who did it, as far as known: a user, or the command line.
    public let actor: String?
    /// What it was done to: a client, a user, a key.
    public let subject: String?
    public let address: String?
    public let detail: String?

    public init(
        domain: DomainID, at: Timestamp, kind: Kind, actor: String? = nil, subject: String? = nil,
        address: String? = nil, detail: String? = nil
    ) {
        self.domain = domain
        self.at = at
        self.kind = kind
        self.actor = actor
        self.subject = subject
        self.address = address
        self.detail = detail
    }
}
