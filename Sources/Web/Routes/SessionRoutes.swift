import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuth

/// Signing in, at the endpoints that PlaceOS's clients know.
struct SessionRoutes: Sendable {
    let services: Services

    /// `POST /auth/signin`: for PlaceOS's scripts, for programs, and for our own form.
    func signIn(_ request: Request, _ context: Context) async throws -> Response {
        let visit = try await Visit(request, context, services.site)
        let parameters = try await visit.parameters(request, services.site)
        // Nobody is signed in to somebody else's account by another site's page (login CSRF).
        guard visit.isFromTrustedOrigin else {
            throw OAuthError(.accessDenied, "The sign-in form was sent from another site.")
        }
        let typed = parameters["email"] ?? ""
        let wanted = parameters["continue"] ?? Cookies(visit.headers).first("continue")
        let target = Continuation.safe(wanted, host: visit.domain.host)
        do {
            let user = try await services.signIn.verify(
                email: typed, password: Secret(parameters["password"] ?? ""), in: visit.domain, from: visit.address)
            let session = try await services.sessions.start(
                for: user, in: visit.domain, userAgent: visit.headers[.userAgent] ?? "", from: visit.address)
            if let before = try await visit.signedIn(services.sessions) { try await services.sessions.replace(before) }
            var response: Response =
                if wanted != nil || visit.wantsPage {
                    Answer.redirect(target ?? "/")
                } else {
                    Answer.empty(.accepted)
                }
            visit.setSession(session, on: &response)
            visit.setVerified(services.verifiedCookie, on: &response)
            visit.clearRoundTrip(on: &response)
            return response
        } catch let failure as SignInFailure {
            return refuse(failure, visit, request, context, email: typed, wanted: wanted, target: target)
        }
    }

    private func refuse(
        _ failure: SignInFailure, _ visit: Visit, _ request: Request, _ context: Context, email: String,
        wanted: String?, target: String?
    ) -> Response {
        let reference = newReference()
        let refusal = Refusal(failure, reference: reference, logger: services.site.logger)
        services.site.log(refusal, request, context, reference: reference)
        var response: Response
        if visit.wantsPage {
            response = form(
                visit, email: email, message: Self.sentence(for: failure),
                fault: failure == .refused ? .either : .none, reference: reference, target: target,
                status: refusal.status)
        } else if wanted != nil, failure == .refused {
            // PlaceOS's page is a script that follows this; a foreign Referer is not followed.
            response = Answer.redirect(Continuation.safe(visit.headers[.referer], host: visit.domain.host) ?? "/")
        } else {
            response = Answer.empty(refusal.status)
        }
        if let retryAfter = refusal.retryAfter { response.headers[.retryAfter] = String(retryAfter) }
        return response
    }

    private static func sentence(for failure: SignInFailure) -> String {
        switch failure {
        case .refused: "The e-mail address or the password is wrong."
        case .throttled(let wait):
            wait < .seconds(90)
                ? "Too many attempts. Try again in \(wait.wholeSeconds) seconds."
                : "Too many attempts. Try again in \((wait.wholeSeconds + 59) / 60) minutes."
        }
    }

    /// `GET /login`: the page itself.
    func form(_ request: Request, _ context: Context) async throws -> Response {
        let visit = try await Visit(request, context, services.site)
        let query = try Parameters(form: visit.query.utf8)
        return form(visit, target: Continuation.safe(query["continue"], host: visit.domain.host))
    }

    private func form(
        _ visit: Visit, email: String = "", message: String? = nil, fault: SignInPage.Fault = .none,
        reference: String? = nil, target: String?, status: HTTPResponse.Status = .ok
    ) -> Response {
        let page = SignInPage(
            domainName: visit.domain.name, email: email, message: message, fault: fault, reference: reference,
            continueTo: target)
        return Answer.page(page, status: status, embedders: visit.domain.policy.embeddingOrigins)
    }

    /// `GET /auth/login`: forgets the session, and leads to where the domain signs people in.
    func login(_ request: Request, _ context: Context) async throws -> Response {
        let visit = try await Visit(request, context, services.site)
        let query = try Parameters(form: visit.query.utf8)
        let wanted = query["continue"] ?? ""
        // A service worker fetches assets after a sign-out: it wants no page.
        if Self.namesAsset(wanted) { return Answer.empty(.badRequest) }
        let target = Continuation.safe(wanted, host: visit.domain.host)
        if let target, try await hasValidKey(target, visit) {
            var response = Answer.redirect(target)
            visit.setVerified(services.verifiedCookie, on: &response)
            return response
        }
        if let before = try await visit.signedIn(services.sessions) { try await services.sessions.replace(before) }
        let address = visit.domain.loginURL
        // A domain whose address is this one, without a provider, means the page itself.
        var response =
            address.hasPrefix("/auth/login") && !address.contains("provider=")
            ? form(visit, target: target)
            : Answer.redirect(
                address.replacing("{{url}}", with: Self.escaped(target ?? "")), status: .seeOther)
        visit.clearSession(on: &response)
        return response
    }

    /// Whether the path ends in a file name that is no page.
    private static func namesAsset(_ target: String) -> Bool {
        let path = target.prefix { $0 != "?" && $0 != "#" }
        guard let name = path.split(separator: "/").last, let dot = name.lastIndex(of: "."),
            !path.hasSuffix("/"), !target.contains("://")
        else { return false }
        return name[dot...].lowercased() != ".html"
    }

    /// PlaceOS leaves the address unencoded but for what would end it.
    private static func escaped(_ target: String) -> String {
        var text = ""
        for character in target {
            switch character {
            case "&", "#", "+", "%", " ", "\"": text += percentEncoded(String(character))
            default: text.append(character)
            }
        }
        return text
    }

    /// A kiosk's deep link carries its API key, in the query or behind the `?` of the fragment.
    private func hasValidKey(_ target: String, _ visit: Visit) async throws -> Bool {
        var queries: [Substring] = []
        let fragment = target.firstIndex(of: "#") ?? target.endIndex
        for part in [target[..<fragment], target[fragment...]] {
            if let mark = part.firstIndex(of: "?") { queries.append(part[part.index(after: mark)...]) }
        }
        for query in queries {
            let parameters: Parameters
            do { parameters = try Parameters(form: query.utf8) } catch { continue }
            guard let key = parameters["api-key"] ?? parameters["x-api-key"] else { continue }
            do {
                _ = try await services.apiKeys.verify(key, in: visit.domain)
                return true
            } catch is OAuthError { continue }
        }
        return false
    }

    /// `GET /auth/failure`: a sign-in elsewhere did not work. What the address says is not repeated.
    func failure(_ request: Request, _ context: Context) async throws -> Response {
        let visit = try await Visit(request, context, services.site)
        return Answer.page(
            MessagePage(
                domainName: visit.domain.name, title: "You are not signed in",
                sentence: "The sign-in did not work.", whatToDo: "Sign in again.",
                link: Link(.login, text: "Sign in")))
    }
}
