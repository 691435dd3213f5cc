public import ArgumentParser
public import AuthorizationServer
public import Cryptography
public import OAuth

extension Profile: ExpressibleByArgument {}
extension AccessTokenFormat: ExpressibleByArgument {}
extension DomainPolicy.PasswordGrant: ExpressibleByArgument {}

extension SigningKey.Algorithm: ExpressibleByArgument {
    /// In any case: nobody remembers that it is `EdDSA`.
    public init?(argument: String) {
        guard let value = Self.allCases.first(where: { $0.rawValue.lowercased() == argument.lowercased() }) else {
            return nil
        }
        self = value
    }
}

/// Whether an application can keep a secret (RFC 6749 §2.1).
enum ClientKind: String, EnumerableFlag {
    case `public`, confidential

    static func help(for value: ClientKind) -> ArgumentHelp? {
        switch value {
        case .public: "It runs where its users can look inside: a browser, a phone."
        case .confidential: "It runs on a server, and proves itself by a secret."
        }
    }
}

/// PlaceOS's names for what an API key may do.
enum PermissionLevel: String, ExpressibleByArgument, CaseIterable {
    case user, support, admin
    case adminSupport = "admin_support"

    var permissions: Permissions {
        switch self {
        case .user: []
        case .support: .support
        case .admin: .administrator
        case .adminSupport: [.support, .administrator]
        }
    }

    init(_ permissions: Permissions) {
        self = Self.allCases.first { $0.permissions == permissions } ?? .user
    }
}
