import AuthorizationServer
import HTTPTypes
import Hummingbird
import NIOCore
import OAuth

struct PageRoutes: Sendable {
    let services: Services

    func home(_ request: Request, _ context: Context) async throws -> Response {
        let visit = try await Visit(request, context, services.site)
        let signedIn = try await visit.signedIn(services.sessions)
        return Answer.page(
            HomePage(
                domainName: visit.domain.name,
                user: signedIn.map {
                    .init(name: $0.user.name, email: $0.user.email.text, csrfToken: $0.formToken.exposed)
                }))
    }

    /// Leads to the home page, in domains that are ours.
    func wayHome(_ request: Request, _ context: Context) async throws -> Response {
        _ = try await Visit(request, context, services.site)
        return Answer.redirect(Address.home.rawValue, status: .seeOther)
    }

    /// The page behind PlaceOS's redirect URI, for when nothing else serves the Backoffice.
    func oauthResponse(_ request: Request, _ context: Context) async throws -> Response {
        let visit = try await Visit(request, context, services.site)
        return Answer.page(
            OAuthResponsePage(domainName: visit.domain.name), embedders: visit.domain.policy.embeddingOrigins)
    }

    @Sendable func asset(_ request: Request, _ context: Context) async throws -> Response {
        guard let asset = Asset.all.first(where: { $0.name == context.parameters.get("name") }) else {
            return Answer.empty(.notFound)
        }
        let headers: HTTPFields = [
            .contentType: asset.contentType, .eTag: asset.etag, .cacheControl: Asset.cacheControl,
            .xContentTypeOptions: "nosniff", .referrerPolicy: "no-referrer",
        ]
        if request.headers[.ifNoneMatch]?.contains(asset.etag) ?? false {
            return Response(status: .notModified, headers: headers)
        }
        return Response(
            status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: asset.bytes)))
    }

    /// The one-time link by which somebody becomes the administrator.
    func setUp(_ request: Request, _ context: Context) async throws -> Response {
        let visit = try await Visit(request, context, services.site)
        let token = Secret(try Parameters(form: visit.query.utf8)["token"] ?? "")
        guard try await services.administration.isUsable(setupLink: token, in: visit.domain) else {
            return Self.unusable(visit)
        }
        return Answer.page(SetupPage(domainName: visit.domain.name, token: token.exposed))
    }

    func createAdministrator(_ request: Request, _ context: Context) async throws -> Response {
        let visit = try await Visit(request, context, services.site)
        let form = try await visit.parameters(request, services.site)
        guard visit.isFromThisOrigin else {
            throw OAuthError(.accessDenied, "The form was sent from another site.")
        }
        let token = Secret(form["token"] ?? "")
        let password = Secret(form["password"] ?? "")
        let email = form["email"] ?? ""
        let name = form["name"] ?? ""
        func again(_ message: String, _ fault: SetupPage.Fault) -> Response {
            let page = SetupPage(
                domainName: visit.domain.name, email: email, name: name, message: message, fault: fault,
                token: token.exposed)
            return Answer.page(page, status: .unprocessableContent)
        }
        do {
            if let again = form["password_again"], Secret(again) != password {
                throw ValidationFailure("password_again", "is not the same as the first one")
            }
            guard
                let user = try await services.administration.redeem(
                    setupLink: token, email: email, name: name, password: password, in: visit.domain)
            else { return Self.unusable(visit) }
            let session = try await services.sessions.start(
                for: user, in: visit.domain, userAgent: visit.headers[.userAgent] ?? "", from: visit.address)
            var response = Answer.redirect(Address.home.rawValue, status: .seeOther)
            visit.setSession(session, on: &response)
            visit.setVerified(services.verifiedCookie, on: &response)
            return response
        } catch SignInFailure.refused {
            // The account was changed again since: the new password, or the next administrator, decides.
            return Answer.redirect(Address.login.rawValue, status: .seeOther)
        } catch let failure as ValidationFailure {
            switch failure.faults.first?.field {
            case "email": return again("Type an e-mail address, such as name@example.com.", .email)
            case "name": return again("Type your name.", .name)
            case "password_again": return again("The two passwords are not the same.", .passwordAgain)
            default:
                return again(
                    "Choose another password: this one \(failure.faults.first?.reason ?? "can't be used").", .password)
            }
        }
    }

    private static func unusable(_ visit: Visit) -> Response {
        Answer.page(
            MessagePage(
                domainName: visit.domain.name, title: "This link can’t be used",
                sentence: "It was used already, or it is more than an hour old.",
                whatToDo: "Make a new one with `gatehouse recover` on the server."), status: .gone)
    }
}
