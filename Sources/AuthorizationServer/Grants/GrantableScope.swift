public import OAuth

extension Client {
    /// What a request of this client may be granted (RFC 6749 §3.3): exactly what it asks for, all of which
    /// must be registered; without a wish, `public`.
    ///
    /// - Throws: `invalid_scope`.
    func grantable(_ requested: Scope?) throws(OAuthError) -> Scope {
        let allowed = scope.isEmpty ? PlaceOSScopes.all : scope
        guard let requested, !requested.isEmpty else {
            guard allowed.contains("public") else {
                throw .invalidScope("This application has no default scope; name the scope you need.")
            }
            return .public
        }
        guard requested.isWithin(allowed) else {
            throw .invalidScope("The requested scope is invalid, unknown, or not one this application may ask for.")
        }
        return requested
    }
}

/// The scopes of PlaceOS's services, which an application without a list of its own may ask for.
public enum PlaceOSScopes {
    private static let resources = [
        "alert_dashboards", "alerts", "api_keys", "asset_categories", "asset_purchase_orders", "asset_types",
        "asset_instances", "assets", "ldap_authentications", "saml_authentications", "o_auth_authentications",
        "brokers", "build_monitor", "chat_gpt", "cluster", "domains", "drivers", "settings", "modules", "systems",
        "guest", "control", "edges", "edge-control", "metadata", "mqtt", "flux", "o_auth_applications",
        "repositories", "users", "zones", "public",
    ]

    public static let all = Scope(
        words: ["openid", "profile", "email", "offline_access"]
            + resources.flatMap { [$0, "\($0).read", "\($0).write"] })

    /// PlaceOS's services fail on a scope with two dots, or with a suffix other than `read` and `write`.
    static func isReadable(_ word: String) -> Bool {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 1 || (parts.count == 2 && !parts[0].isEmpty && ["read", "write"].contains(parts[1]))
    }
}
