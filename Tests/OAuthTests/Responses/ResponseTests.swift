import OAuth
import Testing

@Suite("RFC 6749 §5.1: a token response")
struct TokenResponseTests {
    @Test func `has its members in the order PlaceOS's clients know`() {
        let response = TokenResponse(
            accessToken: "a", tokenType: "bearer", expiresIn: .hours(2), refreshToken: "r",
            scope: Scope(words: ["public", "openid"]), createdAt: Timestamp(seconds: 1_750_000_000), idToken: "i")

        #expect(
            String(decoding: response.json, as: UTF8.self)
                == #"{"access_token":"a","token_type":"bearer","expires_in":7200,"refresh_token":"r","#
                + #""scope":"public openid","created_at":1750000000,"id_token":"i"}"#)
    }

    @Test func `leaves out what is blank`() {
        let response = TokenResponse(
            accessToken: "a", tokenType: "bearer", expiresIn: .seconds(1), refreshToken: nil, scope: .empty,
            createdAt: Timestamp(seconds: 1), idToken: nil)

        #expect(
            String(decoding: response.json, as: UTF8.self)
                == #"{"access_token":"a","token_type":"bearer","expires_in":1,"created_at":1}"#)
    }
}

@Suite("RFC 6749 §4.1.2: an authorization response")
struct AuthorizationResponseTests {
    @Test func `the code comes last, after state and issuer (RFC 9207)`() throws {
        let location = try response("https://a.example/cb", state: "a b&c", mode: .query).location

        #expect(location == "https://a.example/cb?state=a%20b%26c&iss=https%3A%2F%2Fa.example&code=xyz")
    }

    @Test func `no state is sent back where none came`() throws {
        #expect(
            try response("https://a.example/cb", state: nil, mode: .query).location
                == "https://a.example/cb?iss=https%3A%2F%2Fa.example&code=xyz")
    }

    @Test func `a redirect URI with a query is continued`() throws {
        #expect(
            try response("https://a.example/cb?x=1", state: nil, mode: .query).location.hasPrefix(
                "https://a.example/cb?x=1&iss="))
    }

    @Test func `a fragment begins with a hash`() throws {
        #expect(
            try response("https://a.example/cb?x=1", state: nil, mode: .fragment).location.hasPrefix(
                "https://a.example/cb?x=1#iss="))
    }

    @Test func `an error says what, to whom, and by whom`() throws {
        let error = AuthorizationResponse.error(
            .invalidScope("No such scope."), to: try redirectURI("https://a.example/cb"), mode: .query, state: "s",
            issuer: "https://a.example")

        #expect(
            error.location
                == "https://a.example/cb?error=invalid_scope&error_description=No%20such%20scope.&state=s&iss=https%3A%2F%2Fa.example"
        )
    }

    private func response(_ uri: String, state: String?, mode: ResponseMode) throws -> AuthorizationResponse {
        .code("xyz", to: try redirectURI(uri), mode: mode, state: state, issuer: "https://a.example")
    }

    private func redirectURI(_ uri: String) throws -> RedirectURI { try #require(RedirectURI(uri, registered: [uri])) }
}
