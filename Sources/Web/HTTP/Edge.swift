import HTTPTypes
public import Hummingbird
public import Logging

/// What holds for every request: paths nobody serves are 404 with nothing in it, and with TLS configured
/// plain HTTP is for this machine only.
public struct Edge: RouterMiddleware {
    let refusesPlainHTTP: Bool
    let logger: Logger

    /// - Parameter refusesPlainHTTP: the server has a certificate.
    public init(refusesPlainHTTP: Bool, logger: Logger) {
        self.refusesPlainHTTP = refusesPlainHTTP
        self.logger = logger
    }

    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let isTLS = request.head.scheme == "https"
        if refusesPlainHTTP, !isTLS, !Self.isLoopback(context.peer) { return plainHTTP(request) }
        do {
            var response = try await next(request, context)
            if isTLS { response.headers[.strictTransportSecurity] = "max-age=31536000; includeSubDomains" }
            return response
        } catch let error as any HTTPResponseError {
            return Answer.empty(error.status)
        } catch {
            logger.error("A request failed.", metadata: ["error": "\(error)"])
            return Answer.empty(.internalServerError)
        }
    }

    private func plainHTTP(_ request: Request) -> Response {
        guard request.method == .get || request.method == .head, let authority = request.head.authority,
            authority.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x2F && $0 != 0x5C && $0 != 0x40 })
        else {
            return Refusal(.forbidden, "invalid_request", "Use https.").oauthResponse(request.headers)
        }
        return Answer.redirect("https://\(authority)\(request.head.path ?? "/")", status: .movedPermanently)
    }

    private static func isLoopback(_ address: String) -> Bool { address.hasPrefix("127.") || address == "::1" }
}
