import AuthorizationServer
import HTTPTypes
import OAuth
import Storage
import TestSupport
import Testing

@testable import Web

@Suite("How the API answers whatever the resource")
struct AnswerTests {
    @Test(
        "an address that isn't there is 404 without a body",
        arguments: [
            "/api/engine/v2/nothing", "/api/engine/v2/users/a/b/c", "/api/engine/v2/users/resource_token/x/y",
            "/api/staff/v1/tenants", "/api/engine/v1/users", "/api/engine/v2/oauth_apps/1/x",
        ])
    func unknownPaths(path: String) async throws {
        let engine = try await Engine()

        for method in [HTTPRequest.Method.get, .post, .delete] {
            let answer = try await engine.server.send(method, path, headers: engine.administrator)
            #expect(answer.status == .notFound)
            #expect(answer.body.isEmpty)
        }
    }

    @Test func `a method that an address doesn't have is 405, with those it has`() async throws {
        let engine = try await Engine()

        let answer = try await engine.delete("users", as: engine.administrator)

        #expect(answer.status == .methodNotAllowed)
        #expect(answer.header("Allow") == "GET, HEAD, POST, OPTIONS")
        #expect(try await engine.send(.post, "users/resource_token", [:], as: engine.user).status == .notFound)
    }

    @Test func `OPTIONS is 204, and lets no other site in`() async throws {
        let engine = try await Engine()

        for path in ["/api/engine/v2/users", "/api/engine/v2/users/", "/api/anything"] {
            let answer = try await engine.server.send(.options, path, headers: [.origin: "https://evil.example"])
            #expect(answer.status == .noContent)
            #expect(!answer.headers.contains { $0.name.canonicalName.hasPrefix("access-control-") })
        }
        let get = try await engine.server.get(
            "/api/engine/v2/users",
            headers: [.origin: "https://evil.example", .authorization: engine.user[.authorization] ?? ""])
        #expect(get.header("Access-Control-Allow-Origin") == nil)
    }

    @Test func `HEAD has the headers of GET and no body`() async throws {
        let engine = try await Engine()

        let answer = try await engine.server.send(.head, "/api/engine/v2/users", headers: engine.administrator)

        #expect(answer.status == .ok)
        #expect(answer.body.isEmpty)
        #expect(answer.header("X-Total-Count") == "4")
    }

    @Test func `a request's own id comes back when it is sane, and a new one otherwise`() async throws {
        let engine = try await Engine()
        let name = try #require(HTTPField.Name("X-Request-ID"))
        func id(_ given: String?) async throws -> String? {
            var headers = engine.user
            headers[name] = given
            return try await engine.get("users/current", as: headers).header("X-Request-ID")
        }

        #expect(try await id("abc-1_2.3") == "abc-1_2.3")
        for odd in ["a b", "<script>", String(repeating: "a", count: 129), "ä"] {
            let answer = try #require(try await id(odd))
            #expect(answer != odd)
            #expect((1...128).contains(answer.count))
        }
        #expect(try await id(nil) != id(nil))
        #expect(try await engine.get("users/current").header("X-Request-ID") != nil, "refusals have one too")
    }

    @Test func `a domain with more than its share of the requests under way is told 503, the others are served`()
        async throws
    {
        let engine = try await Engine()
        let other = try await engine.site.addDomain("other.example").domain
        let admission = engine.site.services.site.admission
        for _ in 0..<512 { try admission.assign(#require(admission.enter()), to: engine.site.localhost.domain.id) }
        for _ in 0..<100 { try admission.assign(#require(admission.enter()), to: other.id) }

        let answer = try await engine.get("users/current", as: engine.user)
        #expect(answer.status == .serviceUnavailable)
        #expect(answer.header("Retry-After") == "1")
        #expect(try answer.names == ["error"])
        #expect(try await engine.get("users/current", host: other.host).status == .unauthorized)
    }

    @Test func `nothing of an answer is kept or sniffed`() async throws {
        let engine = try await Engine()

        for answer in [
            try await engine.get("users/current", as: engine.user), try await engine.get("users/current"),
            try await engine.get("api_keys", as: engine.user),
        ] {
            #expect(answer.header("Cache-Control")?.contains("no-store") == true)
            #expect(answer.header("X-Content-Type-Options") == "nosniff")
            #expect(answer.header("Referrer-Policy") == "no-referrer")
        }
    }

    @Test(
        "a body that is no JSON object is refused with a sentence",
        arguments: [
            "", "{", "[]", "null", "\"text\"", #"{"name":"a","name":"b"}"#, String(repeating: "[", count: 100), "a=b",
        ])
    func bodies(text: String) async throws {
        let engine = try await Engine()

        let answer = try await engine.server.send(
            .post, "/api/engine/v2/users",
            headers: [.authorization: engine.administrator[.authorization] ?? "", .contentType: "application/json"],
            body: text)

        #expect(answer.status == .badRequest)
        #expect(try answer.names == ["error"])
    }

    @Test(
        "only JSON is read",
        arguments: ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"])
    func mediaTypes(type: String) async throws {
        let engine = try await Engine()

        let answer = try await engine.server.send(
            .post, "/api/engine/v2/users",
            headers: [.authorization: engine.administrator[.authorization] ?? "", .contentType: type],
            body: #"{"email":"a@localhost"}"#)

        #expect(answer.status == .unsupportedMediaType)
        #expect(try answer.json["accepts"] == ["application/json"])
    }

    @Test func `a body over the limit is 413`() async throws {
        let engine = try await Engine()

        let answer = try await engine.send(
            .post, "users", ["misc": .string(String(repeating: "a", count: 70_000))], as: engine.administrator)

        #expect(answer.status == .contentTooLarge)
        #expect(try answer.names == ["error"])
    }

    @Test func `a store out of reach is 503, with when to try again`() async throws {
        let engine = try await Engine()
        #expect(try await engine.get("users/current", as: engine.user).status == .ok)
        await engine.site.store.close()

        let answer = try await engine.get("users/current", as: engine.user)

        #expect(answer.status == .serviceUnavailable)
        #expect(answer.header("Retry-After") == "5")
        #expect(try answer.names == ["error"])
        #expect(try await engine.get("").status == .ok)
    }

    @Test(
        "a row that isn't there is 404 in JSON",
        arguments: [
            "api_keys/none", "oauth_apps/none", "oauth_apps/1", "oauth_apps/99999999999999999999", "domains/none",
            "users/none", "users/none@localhost", "domains/lookup/none@nowhere.example", "domains/lookup/none",
        ])
    func unknownRows(path: String) async throws {
        let engine = try await Engine()

        let answer = try await engine.get(path, as: engine.administrator)

        #expect(answer.status == .notFound)
        #expect(try answer.names == ["error"])
    }

    @Test(
        "hostile names of rows are refused, and nothing breaks",
        arguments: [
            "%00", "%ZZ", "%FF", "%2e%2e%2f", "'%20OR%20'1'='1", "%F0%9F%92%A9", "a+b@localhost", "a&b=c", "🙃",
        ])
    func hostileRows(name: String) async throws {
        let engine = try await Engine()

        for resource in ["api_keys", "oauth_apps", "domains", "users"] {
            for answer in [
                try await engine.get("\(resource)/\(name)", as: engine.administrator),
                try await engine.send(.patch, "\(resource)/\(name)", [:], as: engine.administrator),
                try await engine.delete("\(resource)/\(name)", as: engine.administrator),
            ] {
                #expect([400, 404].contains(answer.status.code))
            }
        }
    }
}
