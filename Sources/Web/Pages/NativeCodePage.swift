/// Shows an authorization code to copy, for a client without a redirect URI. PlaceOS's clients find the
/// code in the element `authorization_code`. Template: Templates/native-code.mustache
public struct NativeCodePage: Page {
    public static let template = "native-code"

    let domainName: String
    let code: String

    public init(domainName: String, code: String) {
        self.domainName = domainName
        self.code = code
    }
}
