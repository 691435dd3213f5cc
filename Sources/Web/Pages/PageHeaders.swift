public import HTTPTypes

/// The headers that every page is sent with, on success and on error.
public enum PageHeaders {
    /// - Parameter embedders: origins that the domain lets put its pages in a frame.
    public static func fields(for page: some Page, embedders: [String] = []) -> HTTPFields {
        let ancestors = frameAncestors(page.framing, embedders)
        var fields: HTTPFields = [
            .contentType: "text/html; charset=utf-8",
            .cacheControl: "no-store",
            .contentSecurityPolicy: contentSecurityPolicy(frameAncestors: ancestors, formAction: page.formAction),
            .xContentTypeOptions: "nosniff",
        ]
        // Not `no-referrer`: browsers would send `Origin: null` with our own forms.
        fields[.known("Referrer-Policy")] = "same-origin"
        fields[.known("Cross-Origin-Opener-Policy")] = "same-origin"
        fields[.known("Permissions-Policy")] = permissions
        // Old browsers know nothing in between "nobody" and "this origin".
        switch ancestors {
        case []: fields[.known("X-Frame-Options")] = "DENY"
        case ["'self'"]: fields[.known("X-Frame-Options")] = "SAMEORIGIN"
        default: break
        }
        return fields
    }

    /// - Parameter frameAncestors: `'self'` and origins; none means that nobody may frame the page.
    public static func contentSecurityPolicy(
        frameAncestors: [String] = [], formAction: FormAction = .thisOrigin
    ) -> String {
        let ancestors = frameAncestors.isEmpty ? "'none'" : frameAncestors.joined(separator: " ")
        var directives = [
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
            "connect-src 'self'",
        ]
        if formAction == .thisOrigin { directives.append("form-action 'self'") }
        directives += ["frame-ancestors \(ancestors)", "object-src 'none'", "base-uri 'none'"]
        return directives.joined(separator: "; ")
    }

    private static let permissions = [
        "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone",
        "midi", "payment", "usb",
    ].map { "\($0)=()" }.joined(separator: ", ")

    /// Framed by another origin, a page may be framed by its own too: the whole chain of frames counts.
    private static func frameAncestors(_ framing: Framing, _ embedders: [String]) -> [String] {
        let origins = embedders.filter(isOrigin)
        return framing == .thisOrigin || !origins.isEmpty ? ["'self'"] + origins : []
    }

    /// Whether a text that an administrator typed is one origin, or `https://*.` and a host: nothing in
    /// it may end the directive or begin another.
    private static func isOrigin(_ text: String) -> Bool {
        guard let host = ["https://", "http://"].first(where: text.hasPrefix).map({ text.dropFirst($0.count) })
        else { return false }
        return !host.isEmpty && host != "*"
            && host.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
                    UInt8(ascii: ":"), UInt8(ascii: "*"):
                    true
                default: false
                }
            }
    }
}

/// Where a page's form may lead. Chromium holds every redirect that follows a form to `form-action`.
public enum FormAction: Sendable {
    case thisOrigin
    /// No `form-action` at all: the form's answer redirects to a client, or the form goes there itself.
    case anyOrigin
}

/// Who may put a page in a frame.
public enum Framing: Sendable {
    case nobody
    case thisOrigin
}
