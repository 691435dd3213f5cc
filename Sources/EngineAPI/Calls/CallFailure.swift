import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuth
import Web

/// Why a call is not carried out.
enum CallFailure: Error, Sendable, Equatable {
    /// The caller's level is too low.
    case forbidden
    /// The credential's scope does not reach; the word would.
    case insufficientScope(String)
    /// A client's own token, where a user is needed.
    case noUser
    case notFound
    /// A query parameter is there and wrong; the restriction follows its name.
    case parameter(String, String)
    case missingParameter(String)
    /// The body is not what was to be sent; one sentence says what.
    case body(String)
    case mediaType
}

extension Services {
    /// Puts a refusal into the words that PlaceOS's clients know, and writes it down.
    ///
    /// - Parameter isOpen: whether the route asks nobody who they are.
    func refuse(_ error: any Error, _ request: Request, _ context: Context, reference: String, isOpen: Bool)
        -> Response
    {
        let refusal = refusal(of: error, reference: reference, isOpen: isOpen)
        site.log(refusal, request, context, reference: reference)
        var response: Response
        switch error {
        case CallFailure.forbidden:
            response = Answer.empty(.forbidden)
        case CallFailure.insufficientScope(let word):
            response = Answer.empty(.forbidden)
            // RFC 6750 §3.1.
            response.headers[.wwwAuthenticate] =
                "Bearer realm=\"Gatehouse\", error=\"insufficient_scope\", scope=\"\(word)\""
        case CallFailure.parameter(let name, let restriction):
            response = Self.explain(
                refusal, [.init("parameter", .string(name)), .init("restriction", .string(restriction))])
        case CallFailure.missingParameter(let name):
            response = Self.explain(refusal, [.init("parameter", .string(name)), .init("restriction", nil)])
        case CallFailure.mediaType:
            response = Self.explain(refusal, [.init("accepts", ["application/json"])])
        case let failure as ValidationFailure:
            let failures = failure.faults.map {
                JSON.object([.init("field", .string($0.field)), .init("reason", .string($0.reason))])
            }
            response = Self.explain(refusal, [.init("failures", .array(failures))])
        default:
            response = Self.explain(refusal)
        }
        if response.status == .unauthorized {
            response.headers[.wwwAuthenticate] =
                refusal.hint.isEmpty
                ? "Bearer realm=\"Gatehouse\"" : "Bearer realm=\"Gatehouse\", error=\"invalid_token\""
        }
        if let retryAfter = refusal.retryAfter { response.headers[.retryAfter] = String(retryAfter) }
        return response
    }

    private static func explain(_ refusal: Refusal, _ members: [JSON.Member] = []) -> Response {
        Answer.secretJSON(JSON.object([.init("error", .string(refusal.hint))] + members).bytes, status: refusal.status)
    }

    private func refusal(of error: any Error, reference: String, isOpen: Bool) -> Refusal {
        switch error {
        case CallFailure.forbidden:
            Refusal(.forbidden, "forbidden", "The caller's level is too low.")
        case CallFailure.insufficientScope(let word):
            Refusal(.forbidden, "insufficient_scope", "The scope lacks public and \(word).")
        case CallFailure.noUser:
            Refusal(.forbidden, "forbidden", "The access token speaks for no user")
        case CallFailure.notFound:
            Refusal(.notFound, "not_found", "There is nothing of that name.")
        case CallFailure.parameter(let name, let restriction):
            Refusal(.badRequest, "invalid_request", "The parameter \(name) \(restriction).")
        case CallFailure.missingParameter(let name):
            Refusal(.unprocessableContent, "invalid_request", "The parameter \(name) is missing.")
        case CallFailure.body(let sentence):
            Refusal(.badRequest, "invalid_request", sentence)
        case CallFailure.mediaType:
            Refusal(.unsupportedMediaType, "invalid_request", "The content type must be application/json.")
        case is ValidationFailure:
            Refusal(.unprocessableContent, "invalid_request", "validation failed")
        case is LastAdministrator:
            Refusal(.conflict, "conflict", "At least one administrator must remain.")
        case StoreError.conflict:
            Refusal(.conflict, "conflict", "There is one of that name already.")
        case StoreError.missing:
            Refusal(.conflict, "conflict", "Something that this refers to is no longer there.")
        case is Visit.UnknownHost where !isOpen:
            // PlaceOS's word for a domain.
            Refusal(.unauthorized, "invalid_token", "authority not found")
        default:
            Refusal(error, reference: reference, logger: site.logger)
        }
    }
}
