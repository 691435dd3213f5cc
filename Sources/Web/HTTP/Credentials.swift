public import AuthorizationServer
import HTTPTypes
public import Hummingbird
import OAuth

extension Substring.UTF8View {
    fileprivate var text: Substring { Substring(self) }
}

extension Visit {
    /// The credentials of an API request, in PlaceOS's places and order: API key before bearer token, and
    /// header before query before cookie. An Authorization header, once there, decides alone.
    ///
    /// - Throws: `OAuthError` for a query that can't be read.
    public func credentials(for method: HTTPRequest.Method) throws -> PresentedCredentials {
        let text = self.query
        let query = text.isEmpty ? Parameters() : try Parameters(form: text.utf8)
        // A cookie comes along by itself: it must not change anything for another site.
        let cookies = method == .get || method == .head || isFromThisOrigin ? Cookies(headers) : Cookies([:])
        let apiKey = headers[.apiKey] ?? query["api-key"] ?? cookies.first("api-key")
        if let authorization = headers[.authorization] {
            return PresentedCredentials(apiKey: apiKey, bearer: Self.bearer(authorization))
        }
        return PresentedCredentials(apiKey: apiKey, bearer: query["bearer_token"] ?? cookies.first("bearer_token"))
    }

    /// `Bearer x`, `Token x`, or the token alone.
    static func bearer(_ authorization: String) -> String {
        if authorization.hasPrefix(ignoringCase: "bearer ") { return authorization.utf8.dropFirst(7).text.trimming() }
        if authorization.hasPrefix(ignoringCase: "token ") { return authorization.utf8.dropFirst(6).text.trimming() }
        return authorization.trimming()
    }

    /// Whether the request comes from this host's own pages, or from no browser at all.
    var isFromThisOrigin: Bool {
        // Which a page can't write itself (Fetch Metadata §2.3).
        switch headers[.fetchSite] {
        case "same-origin", "none": return true
        case "cross-site", "same-site": return false
        default: break
        }
        guard let origin = headers[.origin] else { return true }
        return isThisHost(origin)
    }

    /// Whether the origin is this host's, or one that the domain lets show its pages in a frame.
    var isFromTrustedOrigin: Bool {
        if let origin = headers[.origin], domain.policy.embeddingOrigins.contains(origin) { return true }
        return isFromThisOrigin
    }

    /// Ports are not compared: a proxy may hide its own from this server.
    private func isThisHost(_ origin: String) -> Bool {
        guard let scheme = origin.firstRange(of: "://") else { return false }
        let authority = origin[scheme.upperBound...].lowercased()
        let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
        let own = self.origin.firstRange(of: "://").map { self.origin[$0.upperBound...] } ?? ""
        let ownHost = own.hasPrefix("[") ? own.prefix { $0 != "]" } + "]" : own.prefix { $0 != ":" }
        return host == ownHost
    }
}
