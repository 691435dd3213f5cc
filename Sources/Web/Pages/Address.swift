/// Where pages lead: no template spells out an address.
public enum Address: String, CaseIterable, Sendable {
    case home = "/auth/"
    case login = "/auth/login"
    case signIn = "/auth/signin"
    case setup = "/auth/setup"
    case logout = "/auth/logout"
}
