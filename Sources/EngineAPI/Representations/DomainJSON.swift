import AuthorizationServer
import OAuth

/// A domain: PlaceOS's `authority`.
///
/// - Parameter showsInternals: only to administrators; an empty object stands there for everybody else.
func json(_ domain: Domain, showsInternals: Bool) -> JSON {
    .object([
        .init("id", .string(domain.id.text)), .init("name", .string(domain.name)),
        .init("description", .string(domain.description)), .init("domain", .string(domain.host)),
        .init("login_url", .string(domain.loginURL)), .init("logout_url", .string(domain.logoutURL)),
        .init("internals", showsInternals ? domain.internals : [:]), .init("config", domain.config),
        .init("email_domains", .texts(domain.emailDomains)), .init("created_at", .moment(domain.createdAt)),
        .init("updated_at", .moment(domain.updatedAt)),
    ])
}
