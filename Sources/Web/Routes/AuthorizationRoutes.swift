import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuth

/// The authorization endpoint's pages and redirects.
struct AuthorizationRoutes: Sendable {
    let services: Services

    func ask(_ request: Request, _ context: Context) async throws -> Response {
        try await respond(request, context) { _, _ in nil }
    }

    /// The consent page's answer, or a client's request sent as a form.
    func decide(_ request: Request, _ context: Context) async throws -> Response {
        try await respond(request, context) { form, signedIn in
            guard let decision = form["decision"] else { return nil }
            guard let signedIn, Secret(form["csrf_token"] ?? "") == signedIn.formToken else {
                throw OAuthError(.accessDenied, "The form is too old, or was not made by this server.")
            }
            return decision == "allow" ? .allow : .deny
        }
    }

    func deny(_ request: Request, _ context: Context) async throws -> Response {
        try await respond(request, context) { _, signedIn in
            guard signedIn != nil else { throw OAuthError(.accessDenied, "Nobody is signed in.") }
            return .deny
        }
    }

    private func respond(
        _ request: Request, _ context: Context,
        decision: (Parameters, SignedIn?) throws -> AuthorizationEndpoint.Decision?
    ) async throws -> Response {
        let visit = try await Visit(request, context, services.site)
        var signedIn: SignedIn?
        do {
            let parameters = try await visit.parameters(request, services.site)
            signedIn = try await visit.signedIn(services.sessions)
            let decision = try decision(parameters, signedIn)
            let outcome = try await services.authorization.respond(
                to: parameters, signedIn: signedIn, decision: decision, in: visit.domain, issuer: visit.origin)
            switch outcome {
            case .respond(let response):
                if decision == .allow { try await remember(parameters, signedIn, visit) }
                return answer(response, visit)
            case .signIn(let after):
                return Answer.redirect(visit.loginAddress(for: Self.resumption(of: visit, request, parameters, after)))
            case .ask(let client, let scope, let redirectURI):
                guard let signedIn else { throw OAuthError(.loginRequired, "Nobody is signed in.") }
                return Answer.page(
                    Self.consentPage(client, scope, redirectURI, parameters, signedIn, visit),
                    embedders: visit.domain.policy.embeddingOrigins)
            }
        } catch AuthorizationFailure.returned(let error, let response) {
            let reference = newReference()
            services.site.log(
                Refusal(error.code.status, error.code.rawValue, error.hint), request, context, reference: reference)
            return answer(response, visit)
        } catch AuthorizationFailure.shown(let error) {
            return show(error, request, context, visit)
        } catch let error as OAuthError {
            return show(error, request, context, visit)
        }
    }

    private func remember(_ parameters: Parameters, _ signedIn: SignedIn?, _ visit: Visit) async throws {
        guard let signedIn, let id = parameters["client_id"],
            let client = try await services.site.directory.client(id: ClientID(id), in: visit.domain)
        else { return }
        let scope = try Scope(parsing: parameters["scope"] ?? "public")
        try await services.authorization.remember(consent: scope, to: client, by: signedIn.user)
    }

    private func answer(_ response: AuthorizationResponse, _ visit: Visit) -> Response {
        guard response.mode == .formPost else { return Answer.redirect(response.location) }
        return Answer.page(
            FormPostPage(
                domainName: visit.domain.name, redirectURI: response.redirectURI.text,
                fields: response.parameters.map { HiddenField(name: $0.name, value: $0.value) }),
            embedders: visit.domain.policy.embeddingOrigins)
    }

    private func show(_ error: OAuthError, _ request: Request, _ context: Context, _ visit: Visit) -> Response {
        let reference = newReference()
        let refusal = Refusal(error.code.status, error.code.rawValue, error.hint)
        services.site.log(refusal, request, context, reference: reference)
        return Answer.page(
            ErrorPage(
                domainName: visit.domain.name, sentence: "The application asked in a way that this server refuses.",
                code: error.code.rawValue, description: error.hint, reference: reference), status: refusal.status)
    }

    /// The address that brings a person back here after signing in: this very request, but for what a fresh
    /// sign-in has answered already.
    private static func resumption(
        of visit: Visit, _ request: Request, _ parameters: Parameters, _ after: Timestamp?
    ) -> String {
        if request.method == .get, after == nil {
            return visit.query.isEmpty ? visit.path : "\(visit.path)?\(visit.query)"
        }
        var pairs = parameters.names.filter {
            !["prompt", "max_age", "auth_after", "decision", "csrf_token"].contains($0)
        }
        .sorted().map { "\($0)=\(percentEncoded(parameters[$0] ?? ""))" }
        let prompts = (parameters["prompt"] ?? "").split(separator: " ").filter { $0 == "consent" }
        if !prompts.isEmpty { pairs.append("prompt=consent") }
        if let after { pairs.append("auth_after=\(after.seconds)") }
        return "\(visit.path)?\(pairs.joined(separator: "&"))"
    }

    private static func consentPage(
        _ client: Client, _ scope: Scope, _ redirectURI: RedirectURI, _ parameters: Parameters, _ signedIn: SignedIn,
        _ visit: Visit
    ) -> ConsentPage {
        ConsentPage(
            domainName: visit.domain.name, clientName: client.name, userName: signedIn.user.name,
            scopes: scope.values.map { .init(name: $0, sentence: ScopeSentence.of($0)) },
            redirectHost: redirectURI.origin ?? redirectURI.text, action: visit.path,
            hidden: parameters.names.sorted().filter { $0 != "decision" && $0 != "csrf_token" }
                .map { HiddenField(name: $0, value: parameters[$0] ?? "") },
            csrfToken: signedIn.formToken.exposed)
    }

    /// `GET …/authorize/native?code=`: shows a code to a person who copies it into a program.
    func native(_ request: Request, _ context: Context) async throws -> Response {
        let visit = try await Visit(request, context, services.site)
        guard try await visit.signedIn(services.sessions) != nil else {
            return Answer.redirect(visit.loginAddress(for: "\(visit.path)?\(visit.query)"))
        }
        let code = try Parameters(form: visit.query.utf8).require("code")
        return Answer.page(NativeCodePage(domainName: visit.domain.name, code: String(code.prefix(256))))
    }
}

/// What a scope lets an application do, as the end of "it can: …".
enum ScopeSentence {
    static func of(_ word: String) -> String {
        let parts = word.split(separator: ".", maxSplits: 1)
        let access = parts.count == 2 ? (parts[1] == "read" ? "see" : "change") : "see and change"
        switch parts.first ?? "" {
        case "openid": return "know who you are"
        case "profile": return "see your name and profile"
        case "email": return "see your e-mail address"
        case "offline_access": return "act for you while you are away"
        case "public": return "use PlaceOS as you do"
        case let resource: return "\(access) \(resource.replacing("_", with: " "))"
        }
    }
}
