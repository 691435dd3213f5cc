import Cryptography

/// The `client_id` that PlaceOS derives from a redirect URI.
public enum PlaceOSClientID {
    /// MD5 of the lower-cased URI: what PlaceOS's model stores.
    public static func canonical(_ redirectURI: String) -> String { Digests.md5Hex(redirectURI.lowercased()) }

    /// ts-client hashes the URI as it stands, the model its lower case; both must find the application.
    static func spellings(_ redirectURI: String) -> [String] {
        let asWritten = Digests.md5Hex(redirectURI)
        let lowered = canonical(redirectURI)
        return asWritten == lowered ? [lowered] : [lowered, asWritten]
    }
}
