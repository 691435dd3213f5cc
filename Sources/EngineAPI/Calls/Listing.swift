import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuth
import Web

/// Here the word means a store's, not one for a browser.
typealias Page = AuthorizationServer.Page

/// Which page of a list is asked for, and the headers that lead to the next one.
struct Listing {
    static let longest: Int64 = 10_000

    let request: ListRequest
    private let query: OAuth.Parameters

    /// - Throws: `CallFailure.parameter`.
    init(_ query: OAuth.Parameters) throws(CallFailure) {
        self.query = query
        request = ListRequest(
            search: query["q"] ?? "",
            limit: min(try Self.number("limit", in: query) ?? 100, Self.longest),
            offset: try Self.number("offset", in: query) ?? 0)
    }

    private static func number(_ name: String, in query: OAuth.Parameters) throws(CallFailure) -> Int64? {
        guard let text = query[name] else { return nil }
        guard text.utf8.count <= 15, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Int64(text)
        else { throw .parameter(name, "must be a whole number that is not negative") }
        return number
    }

    /// - Parameters:
    ///   - table: the name of PlaceOS's table.
    ///   - path: of the list, below `/api/engine/v2/`.
    func answer<Item>(_ page: Page<Item>, table: String, path: String, _ json: (Item) -> JSON) -> Response {
        var response = Answer.secretJSON(JSON.array(page.items.map(json)).bytes)
        let end = request.offset + Int64(page.items.count)
        response.headers[.totalCount] = String(page.total)
        response.headers[.contentRange] = "\(table) \(request.offset)-\(end)/\(page.total)"
        if end < page.total, !page.items.isEmpty {
            response.headers[.link] = "</api/engine/v2/\(path)?\(next(from: end))>; rel=\"next\""
        }
        return response
    }

    /// The query of the next page. Commas and semicolons are encoded, since ts-client splits at them, and
    /// credentials are left out: each request brings its own.
    private func next(from offset: Int64) -> String {
        let filters = query.names.sorted().filter { !["limit", "offset", "bearer_token", "api-key"].contains($0) }
            .map { "\(percentEncoded($0))=\(percentEncoded(query[$0] ?? ""))" }
        return (filters + ["offset=\(offset)", "limit=\(request.limit)"]).joined(separator: "&")
    }
}
