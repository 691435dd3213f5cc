import AuthorizationServer
import HTTPTypes
import OAuth
import TestSupport
import Testing

@Suite("GET api_keys/inspect: what a credential says")
struct InspectTests {
    @Test func `a token's claims come back without its jti`() async throws {
        let engine = try await Engine()
        let now = engine.site.clock.now.seconds
        let user = engine.site.localhost.user

        let answer = try await engine.get("api_keys/inspect", as: engine.user)

        #expect(answer.status == .ok)
        #expect(answer.header("Content-Type") == "application/json; charset=utf-8")
        #expect(answer.header("Cache-Control")?.contains("no-store") == true)
        #expect(
            answer.text
                == #"{"iss":"POS","iat":\#(now),"exp":\#(now + 7_200),"aud":"localhost","scope":["public"],"#
                + #""sub":"\#(user.id.text)","u":{"n":"Una User","e":"user@email.com","p":0,"r":[]}}"#)
    }

    @Test func `a key looks like a token from five minutes ago until in an hour, with its own scope and level`()
        async throws
    {
        let engine = try await Engine()
        let now = engine.site.clock.now.seconds
        let user = engine.site.localhost.user
        let key = try await engine.site.apiKey(for: user, permissions: .support, scopes: ["guest", "users.read"])

        let answer = try await engine.get("api_keys/inspect?api-key=\(key.exposed)")

        #expect(
            answer.text
                == #"{"iss":"POS","iat":\#(now - 300),"exp":\#(now + 3_600),"aud":"localhost","scope":["guest","users.read"],"#
                + #""sub":"\#(user.id.text)","u":{"n":"Una User","e":"user@email.com","p":1,"r":[]}}"#)
    }

    @Test func `any scope will do, and a client's own token`() async throws {
        let engine = try await Engine()
        let token = try await engine.site.tokens(for: engine.site.localhost.user, scope: "mqtt.read").accessToken
        let client = try await engine.site.clientTokens().accessToken

        #expect(try await engine.get("api_keys/inspect", as: .bearer(token)).json["scope"] == ["mqtt.read"])
        let answer = try await engine.get("api_keys/inspect", as: .bearer(client))
        #expect(try answer.json["sub"]?.string == engine.site.localhost.confidential.id.text)
        #expect(try answer.json["u"]?["p"] == 0)
    }

    @Test func `without a credential the answer is 401`() async throws {
        let engine = try await Engine()

        let answer = try await engine.get("api_keys/inspect")

        #expect(answer.status == .unauthorized)
        #expect(answer.text == #"{"error":""}"#)
        #expect(answer.header("WWW-Authenticate") == #"Bearer realm="Gatehouse""#)
    }
}
