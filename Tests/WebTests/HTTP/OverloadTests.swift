import AuthorizationServer
import HTTPTypes
import Hummingbird
import Logging
import OAuth
import Storage
import TestSupport
import Testing

@testable import Web

@Suite("What an overloaded or unavailable store is to a client")
struct OverloadTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test(
        "503, when to come again, and no word that makes a client drop its tokens",
        arguments: [StoreError.overloaded, .unavailable("disk full")])
    func refusal(_ error: StoreError) throws {
        let refusal = Refusal(error, reference: "reference", logger: logger)

        #expect(refusal.status == .serviceUnavailable)
        #expect(refusal.code == "temporarily_unavailable")
        #expect(refusal.retryAfter.map { $0 > 0 } == true)
        let response = refusal.oauthResponse([:])
        #expect(response.headers[.retryAfter] != nil)
        #expect(response.headers[.wwwAuthenticate] == nil)
        #expect(response.headers[.contentType]?.hasPrefix("application/json") == true)
    }

    @Test func `the token endpoint says so for every grant while the store is gone`() async throws {
        let site = try await TestSite()
        let server = TestServer(site)
        // Known to the directory from now on.
        _ = try await server.get("/auth/authority")
        _ = try await server.post(
            "/auth/oauth/token",
            form: [
                "grant_type": "refresh_token", "refresh_token": "x", "client_id": site.localhost.application.id.text,
            ]
        )
        await site.store.close()

        for form: KeyValuePairs<String, String> in [
            ["grant_type": "refresh_token", "refresh_token": "x"],
            ["grant_type": "authorization_code", "code": "x", "redirect_uri": TestDomain.redirectURI],
            ["grant_type": "password", "username": "user@email.com", "password": "developer"],
        ] {
            var form = form.map { ($0.key, $0.value) }
            form.append(("client_id", site.localhost.application.id.text))
            let body = form.map { "\($0.0)=\(percentEncoded($0.1))" }.joined(separator: "&")
            let answer = try await server.send(
                .post, "/auth/oauth/token", headers: [.contentType: "application/x-www-form-urlencoded"], body: body)

            #expect(answer.status == .serviceUnavailable, "\(body)")
            #expect(answer.headers[.retryAfter] != nil, "\(body)")
            #expect(try answer.json["error"] == "temporarily_unavailable", "\(body)")
        }
    }
}
