public import OAuth

/// How compatible or how hard an application is treated; the two never mix silently.
public enum Profile: String, Sendable, CaseIterable {
    /// As PlaceOS's auth service treats its applications.
    case placeos
    /// As the OAuth 2.1 draft and RFC 9700 ask.
    case oauth21 = "oauth2.1"
}

/// What a profile sets, after the application's own overrides.
public struct ClientPolicy: Sendable, Equatable {
    public var requiresPKCE: Bool
    public var grantTypes: Set<GrantType>
    public var accessTokenFormat: AccessTokenFormat
    /// RFC 6749 §4.1.2 recommends ten minutes at most for a code.
    public var codeLifetime: Duration
    public var accessTokenLifetime: Duration
    public var idTokenLifetime: Duration
    /// A refresh token that isn't used for so long ends.
    public var refreshIdle: Duration
    /// A family of refresh tokens ends so long after its grant; `nil`: never.
    public var refreshAbsolute: Duration?
    /// How long a rotated refresh token still gets a sibling of its successor; `nil`: the server's setting.
    public var refreshGrace: Duration?
    /// Faults of an authorization request are shown, not redirected, for ts-client's response page.
    public var showsErrorsToResponsePages: Bool

    init(_ profile: Profile) {
        switch profile {
        case .placeos:
            requiresPKCE = false
            grantTypes = [.authorizationCode, .refreshToken, .clientCredentials, .password]
            accessTokenFormat = .placeos
            codeLifetime = .minutes(10)
            accessTokenLifetime = .hours(2)
            refreshIdle = .days(90)
            refreshAbsolute = nil
            showsErrorsToResponsePages = true
        case .oauth21:
            requiresPKCE = true
            grantTypes = [.authorizationCode, .refreshToken, .clientCredentials]
            accessTokenFormat = .jwt
            codeLifetime = .seconds(60)
            accessTokenLifetime = .minutes(30)
            refreshIdle = .days(30)
            refreshAbsolute = .days(180)
            showsErrorsToResponsePages = false
        }
        idTokenLifetime = .minutes(10)
        refreshGrace = nil
    }
}

/// What an application sets differently from its profile. Stored as one JSON object.
public struct ClientOverrides: Sendable, Equatable {
    public var requiresPKCE: Bool?
    public var grantTypes: Set<GrantType>?
    public var accessTokenFormat: AccessTokenFormat?
    public var accessTokenLifetime: Duration?
    public var refreshIdle: Duration?
    public var refreshAbsolute: Duration?
    public var refreshGrace: Duration?

    public init() {}

    public init(json: JSON) {
        requiresPKCE = json["requires_pkce"]?.bool
        grantTypes = json["grant_types"]?.strings.map { Set($0.compactMap(GrantType.init)) }
        accessTokenFormat = json["access_token_format"]?.string.flatMap(AccessTokenFormat.init)
        func seconds(_ name: String) -> Duration? { json[name]?.integer.map { .seconds(max(0, $0)) } }
        // A grant is remembered for a day after its refresh tokens: no access token may outlive it.
        accessTokenLifetime = seconds("access_token_lifetime").map { min($0, .days(1)) }
        refreshIdle = seconds("refresh_idle")
        refreshAbsolute = seconds("refresh_absolute")
        refreshGrace = seconds("refresh_grace")
    }

    public var json: JSON {
        var members: [JSON.Member] = []
        func add(_ name: String, _ value: JSON?) { if let value { members.append(JSON.Member(name, value)) } }
        add("requires_pkce", requiresPKCE.map(JSON.bool))
        add("grant_types", grantTypes.map { .texts($0.map(\.rawValue).sorted()) })
        add("access_token_format", accessTokenFormat.map { .string($0.rawValue) })
        add("access_token_lifetime", accessTokenLifetime.map { .integer($0.wholeSeconds) })
        add("refresh_idle", refreshIdle.map { .integer($0.wholeSeconds) })
        add("refresh_absolute", refreshAbsolute.map { .integer($0.wholeSeconds) })
        add("refresh_grace", refreshGrace.map { .integer($0.wholeSeconds) })
        return .object(members)
    }
}

extension Client {
    /// The rules this application lives by: its profile's, with its own overrides.
    public var policy: ClientPolicy {
        var policy = ClientPolicy(profile)
        if let value = overrides.requiresPKCE { policy.requiresPKCE = value }
        if let value = overrides.grantTypes { policy.grantTypes = value }
        if let value = overrides.accessTokenFormat { policy.accessTokenFormat = value }
        if let value = overrides.accessTokenLifetime { policy.accessTokenLifetime = value }
        if let value = overrides.refreshIdle { policy.refreshIdle = value }
        if let value = overrides.refreshAbsolute { policy.refreshAbsolute = value }
        if let value = overrides.refreshGrace { policy.refreshGrace = value }
        return policy
    }
}
