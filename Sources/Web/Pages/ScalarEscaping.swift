import Mustache

/// HTML escaping scalar by scalar, for element content and quoted attribute values.
///
/// Mustache's own walks over characters and so lets `"` through when a combining mark follows: the two
/// are one `Character`, which is not `"`. A browser reads scalars, and there the attribute has ended.
struct ScalarEscaping: MustacheContentType {
    func escapeText(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
