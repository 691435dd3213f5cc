import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuth

/// The cookies of a browser session, as PlaceOS names and places them.
extension Visit {
    /// Whose session the request comes with. Several cookies may have the name: an old service's beside ours.
    func signedIn(_ sessions: Sessions) async throws -> SignedIn? {
        for value in Cookies(headers).all("user") {
            if let found = try await sessions.find(value, in: domain) { return found }
        }
        return nil
    }

    /// In a frame of Teams or Outlook a browser sends only what says `SameSite=None`, which wants https.
    private var sameSite: SetCookie.SameSite { domain.policy.embeddingOrigins.isEmpty || !isSecure ? .lax : .none }

    func setSession(_ session: StartedSession, on response: inout Response) {
        set("user", session.secret.exposed, path: "/auth", maxAge: session.lifetime, on: &response)
    }

    func setVerified(_ cookie: VerifiedCookie, on response: inout Response) {
        set("verified", cookie.value(), path: "/", maxAge: domain.sessionLength, on: &response)
    }

    /// Deletes what a session consists of, and what PlaceOS's older services left behind.
    func clearSession(on response: inout Response) {
        set("user", "", path: "/auth", maxAge: .zero, on: &response)
        set("verified", "", path: "/", maxAge: .zero, on: &response)
        clearRoundTrip(on: &response)
    }

    func clearRoundTrip(on response: inout Response) {
        set("social", "", path: "/auth", maxAge: .zero, on: &response)
        set("continue", "", path: "/auth", maxAge: .zero, on: &response)
    }

    func clearSessionCookie(path: String, on response: inout Response) {
        set("user", "", path: path, maxAge: .zero, on: &response)
    }

    private func set(_ name: String, _ value: String, path: String, maxAge: Duration, on response: inout Response) {
        let cookie = SetCookie(
            name: name, value: value, path: path, maxAge: maxAge, sameSite: sameSite, isSecure: isSecure)
        response.headers.append(HTTPField(name: .setCookie, value: cookie.header))
    }

    /// The sign-in address of the domain for somebody who was going to `target`.
    func loginAddress(for target: String) -> String {
        domain.loginURL.replacing("{{url}}", with: percentEncoded(target))
    }

    /// Whether a person's browser asks for a page, rather than a script for an answer.
    var wantsPage: Bool { headers[.accept]?.contains("text/html") ?? false }
}
