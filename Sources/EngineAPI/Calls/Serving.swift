import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuth
import Web

/// What answers one method of one address.
struct Served {
    typealias Respond = @Sendable (Request, Context) async throws -> Response

    let path: String
    let method: HTTPRequest.Method
    let respond: Respond

    init(_ path: String, _ method: HTTPRequest.Method, _ respond: @escaping Respond) {
        self.path = path
        self.method = method
        self.respond = respond
    }
}

private let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]

/// Puts addresses on the router so that each method has an answer: 405 for one an address doesn't have
/// (RFC 9110 §15.5.6), 404 for an address that isn't there.
func serve(_ served: [Served], on router: Router<Context>) {
    for (path, entries) in Dictionary(grouping: served, by: \.path) {
        var responders = Dictionary(uniqueKeysWithValues: entries.map { ($0.method, $0.respond) })
        if let get = responders[.get] {
            responders[.head] = { request, context in try await get(request, context).createHeadResponse() }
        }
        let allowed = methods.filter { responders[$0] != nil || $0 == .options }.map(\.rawValue).joined(separator: ", ")
        for method in methods {
            let status: HTTPResponse.Status = method == .options ? .noContent : .methodNotAllowed
            router.on(RouterPath(path), method: method, use: responders[method] ?? { _, _ in empty(status, allowed) })
        }
    }
    for method in methods {
        router.on("/api/**", method: method) { _, _ in empty(method == .options ? .noContent : .notFound, nil) }
    }
}

private func empty(_ status: HTTPResponse.Status, _ allowed: String?) -> Response {
    var response = Answer.empty(status)
    response.headers[.allow] = allowed
    // RFC 9110 §8.6: none in a 204.
    if status == .noContent { response.headers[.contentLength] = nil }
    return response
}

extension Services {
    /// Asks for what a route needs, and answers; whatever is thrown on the way becomes a refusal.
    func respond(by permission: Permission) -> Served.Respond {
        { request, context in
            let id = requestID(request.headers)
            var request = request
            var response: Response
            do {
                // Read before anybody is let in: what the caller may do must not grow old while a body trickles.
                if request.method != .get, request.method != .head {
                    let body = try await Visit.body(of: request, limit: site.bodyLimit)
                    request.body = RequestBody(buffer: ByteBuffer(bytes: body))
                }
                response = try await answer(request, context, permission)
            } catch {
                response = refuse(error, request, context, reference: id, isOpen: permission.isOpen)
            }
            response.headers[.requestID] = id
            return response
        }
    }

    private func answer(_ request: Request, _ context: Context, _ permission: Permission) async throws -> Response {
        switch permission {
        case .anybody(let use):
            return try await use(Visit(request, context, site), PathParameters(context))
        case .anyCredential(let use):
            let visit = try await Visit(request, context, site)
            return try await use(caller(of: visit, request))
        case .user(let reach, let use):
            return try await use(admit(request, context, reach: reach, level: []))
        case .support(let reach, let use):
            return try await use(admit(request, context, reach: reach, level: .support))
        case .administrator(let reach, let use):
            return try await use(admit(request, context, reach: reach, level: .administrator))
        }
    }
}

extension Permission {
    fileprivate var isOpen: Bool { if case .anybody = self { true } else { false } }
}

/// The name a client gave its request, when it is one that can stand in a log, or a new one.
private func requestID(_ headers: HTTPFields) -> String {
    guard let given = headers[.requestID], (1...128).contains(given.utf8.count), given.utf8.allSatisfy(isPlain) else {
        return newReference()
    }
    return given
}

private func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
    default: false
    }
}
