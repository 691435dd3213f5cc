import AuthorizationServer
import Cryptography
public import HTTPTypes
public import Hummingbird
public import Logging
import NIOCore
public import OAuth

/// The only place where a refusal meets HTTP.
extension OAuthError.Code {
    /// RFC 6749 §5.2: 400, but 401 for a client that did not authenticate; PlaceOS's clients know 401 for
    /// `unauthorized_client` too.
    public var status: HTTPResponse.Status {
        switch self {
        case .invalidClient, .unauthorizedClient, .invalidToken: .unauthorized
        case .insufficientScope, .accessDenied: .forbidden
        case .serverError: .internalServerError
        case .temporarilyUnavailable: .serviceUnavailable
        case .invalidRequest, .invalidGrant, .invalidScope, .unsupportedGrantType, .unsupportedResponseType,
            .loginRequired, .consentRequired, .interactionRequired, .requestNotSupported, .requestURINotSupported:
            .badRequest
        }
    }
}

/// Why a request failed, in the terms that each kind of answer (OAuth, page, REST) puts into its own words.
public struct Refusal: Sendable {
    public let status: HTTPResponse.Status
    public let code: String
    public let hint: String
    /// In seconds.
    public let retryAfter: Int64?

    /// Reads what an endpoint threw. Whatever nobody foresaw is `server_error`, logged here, once, with the
    /// request's reference; its text goes to the log only.
    public init(_ error: any Error, reference: String, logger: Logger) {
        switch error {
        case let error as OAuthError:
            self.init(error.code.status, error.code.rawValue, error.hint)
        case is Visit.UnknownHost:
            self.init(.notFound, "invalid_request", "This server has no domain of that name.")
        case is Visit.BodyTooLarge:
            self.init(.contentTooLarge, "invalid_request", "The request's body is too large.")
        case SignInFailure.refused:
            self.init(.unauthorized, "invalid_grant", "The e-mail address or the password is wrong.")
        case SignInFailure.throttled(let wait):
            self.init(
                .tooManyRequests, "temporarily_unavailable", "Too many attempts. Wait before the next one.",
                retryAfter: wait.wholeSeconds)
        case StoreError.missing, StoreError.conflict, StoreError.stale:
            self.init(
                .conflict, "invalid_request", "Something that this request refers to was changed or removed meanwhile.")
        case StoreError.overloaded:
            self.init(
                .serviceUnavailable, "temporarily_unavailable", "The server is busy. Try again.", retryAfter: 2)
        case StoreError.unavailable(let reason):
            logger.error("The store is unavailable.", metadata: ["reason": "\(reason)", "reference": "\(reference)"])
            self.init(
                .serviceUnavailable, "temporarily_unavailable", "The server cannot answer now. Try again.",
                retryAfter: 5)
        case is Admission.Refused: self.init(Admission.Refused())
        case is NoSigningKey:
            logger.error("The domain has no signing key.", metadata: ["reference": "\(reference)"])
            self.init(
                .serviceUnavailable, "temporarily_unavailable", "The server cannot answer now. Try again.",
                retryAfter: 30)
        default:
            logger.error("A request failed.", metadata: ["error": "\(error)", "reference": "\(reference)"])
            self.init(.internalServerError, "server_error", "The server met an unexpected condition.")
        }
    }

    init(_: Admission.Refused) {
        self.init(.serviceUnavailable, "temporarily_unavailable", "The server is busy. Try again.", retryAfter: 1)
    }

    public init(_ status: HTTPResponse.Status, _ code: String, _ hint: String, retryAfter: Int64? = nil) {
        self.status = status
        self.code = code
        self.hint = hint
        self.retryAfter = retryAfter
    }

    /// RFC 6749 §5.2, RFC 6750 §3.
    func oauthResponse(_ headers: HTTPFields) -> Response {
        var json = JSONWriter()
        json.beginObject()
        json.member("error", code)
        json.member("error_description", hint)
        // PlaceOS's clients know this member from `token/info`.
        if code == "invalid_token" { json.member("state", "unauthorized") }
        json.endObject()
        var response = Answer.secretJSON(json.bytes, status: status)
        if status == .unauthorized || status == .badRequest {
            // §5.2: the scheme that the client tried.
            let usedBasic = headers[.authorization]?.hasPrefix(ignoringCase: "basic ") ?? false
            response.headers[.wwwAuthenticate] =
                usedBasic && status == .unauthorized
                ? "Basic realm=\"Gatehouse\", charset=\"UTF-8\""
                : "Bearer realm=\"Gatehouse\", error=\"\(code)\", error_description=\"\(hint)\""
        }
        if let retryAfter { response.headers[.retryAfter] = String(retryAfter) }
        return response
    }
}

/// A short name by which a person can tell an operator which request failed.
public func newReference() -> String { SecureRandom.token(bytes: 6) }

extension Site {
    /// Answers a route of the protocol: whatever it throws becomes an OAuth error.
    func oauth(_ route: @escaping @Sendable (Request, Context) async throws -> Response)
        -> @Sendable (
            Request, Context
        ) async throws -> Response
    {
        { request, context in
            do { return try await route(request, context) } catch {
                let (refusal, _) = refusal(of: error, request, context)
                return refusal.oauthResponse(request.headers)
            }
        }
    }

    /// Answers a page: whatever it throws is shown as a sentence with what to do.
    func page(_ route: @escaping @Sendable (Request, Context) async throws -> Response)
        -> @Sendable (
            Request, Context
        ) async throws -> Response
    {
        { request, context in
            do { return try await route(request, context) } catch {
                let (refusal, reference) = refusal(of: error, request, context)
                // Health checks and scanners get no page: nothing is served for a host that isn't ours.
                if error is Visit.UnknownHost { return Answer.empty(.notFound) }
                var response = Answer.page(
                    MessagePage(
                        domainName: nil, title: "That did not work", sentence: refusal.hint,
                        whatToDo: "Go back and try again. If it happens again, tell your administrator the reference.",
                        reference: reference), status: refusal.status)
                if let retryAfter = refusal.retryAfter { response.headers[.retryAfter] = String(retryAfter) }
                return response
            }
        }
    }

    /// What an error means to the caller, logged, and the reference by which both sides can name it.
    private func refusal(of error: any Error, _ request: Request, _ context: Context) -> (
        Refusal, reference: String
    ) {
        let reference = newReference()
        let refusal = Refusal(error, reference: reference, logger: logger)
        log(refusal, request, context, reference: reference)
        return (refusal, reference)
    }

    /// Each refusal once: what was refused and why, never what was sent. It is counted too.
    public func log(_ refusal: Refusal, _ request: Request, _ context: Context, reference: String) {
        errors.count(refusal.code, at: context.endpoint)
        logger.info(
            "Refused.",
            metadata: [
                "path": "\((request.head.path ?? "").prefix { $0 != "?" }.prefix(200))",
                "status": "\(refusal.status.code)", "error": "\(refusal.code)", "hint": "\(refusal.hint)",
                "reference": "\(reference)",
            ])
    }
}
