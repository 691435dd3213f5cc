import Mustache

/// Every template by its name, with what all of them link to as partials: `{{>address/…}}` and
/// `{{>asset/…}}` are constants of the program, not of a page.
let templates: MustacheLibrary = {
    MustacheContentTypes.register(ScalarEscaping(), named: "HTML_BY_SCALAR")
    var library = MustacheLibrary()
    do {
        for (name, text) in templateTexts {
            try library.register(String(decoding: text, as: UTF8.self), named: name)
        }
        for address in Address.allCases {
            try library.register(address.rawValue, named: "address/\(address)")
        }
        for asset in Asset.all {
            try library.register(asset.address, named: "asset/\(asset.name)")
        }
    } catch {
        // The texts are part of the program: a fault in one is found by the first test that runs.
        fatalError("A template cannot be read: \(error)")
    }
    return library
}()

private let templateTexts: [String: [UInt8]] = [
    "consent": PackageResources.consent_mustache,
    "error": PackageResources.error_mustache,
    "form-post": PackageResources.form_post_mustache,
    "home": PackageResources.home_mustache,
    "layout": PackageResources.layout_mustache,
    "message": PackageResources.message_mustache,
    "native-code": PackageResources.native_code_mustache,
    "oauth-response": PackageResources.oauth_response_mustache,
    "setup": PackageResources.setup_mustache,
    "signin": PackageResources.signin_mustache,
    "signout": PackageResources.signout_mustache,
]
