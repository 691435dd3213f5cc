import Hummingbird
import OAuth

/// What stands in a path where the route has a name.
struct PathParameters: Sendable {
    private let values: Hummingbird.Parameters

    init(_ context: some RequestContext) { values = context.parameters }

    /// - Throws: `invalid_request` for a broken percent-encoding or a NUL.
    subscript(name: String) -> String {
        get throws {
            // A path is no form: a plus is a plus in it.
            let text = (values.get(name) ?? "").replacing("+", with: "%2B").replacing("&", with: "%26")
            return try OAuth.Parameters(form: "v=\(text)".utf8)["v"] ?? ""
        }
    }
}
