import AuthorizationServer
import HTTPTypes
import OAuth
import TestSupport
import Testing
import Web

@testable import EngineAPI

@Suite("Who may use which route")
struct PermissionTests {
    private struct Address {
        let method: HTTPRequest.Method
        let path: String
        let permission: Permission
        var name: Comment { "\(method) \(path)" }
    }

    private func addresses(_ engine: Engine) -> [Address] {
        routeTable(engine.site.services).flatMap { route in
            let path = route.path.replacing(":id", with: "no-such-row").replacing(":email", with: "a@b.example")
            return route.methods.map { Address(method: $0, path: path, permission: route.permission) }
        }
    }

    private func call(_ engine: Engine, _ address: Address, as caller: HTTPFields, host: String = "localhost")
        async throws -> TestAnswer
    {
        try await engine.server.send(address.method, Engine.root + address.path, host: host, headers: caller)
    }

    private func isLetIn(_ answer: TestAnswer) -> Bool { ![401, 403, 405, 500].contains(answer.status.code) }

    @Test func `nobody gets an answer to anything but what is for everybody`() async throws {
        let engine = try await Engine()
        for address in addresses(engine) {
            let answer = try await call(engine, address, as: [:])
            if case .anybody = address.permission {
                #expect(isLetIn(answer), address.name)
            } else {
                #expect(answer.status == .unauthorized, address.name)
                #expect(answer.text == #"{"error":""}"#, address.name)
            }
        }
    }

    @Test func `a user, support and an administrator are let in to their own level and below`() async throws {
        let engine = try await Engine()
        for (caller, level) in [(engine.user, 0), (engine.support, 1), (engine.administrator, 2)] {
            for address in addresses(engine) {
                let answer = try await call(engine, address, as: caller)
                let needed =
                    switch address.permission {
                    case .anybody, .anyCredential, .user: 0
                    case .support: 1
                    case .administrator: 2
                    }
                if level >= needed {
                    #expect(isLetIn(answer), "level \(level), \(address.method) \(address.path): \(answer.status)")
                } else {
                    #expect(answer.status == .forbidden, address.name)
                    #expect(answer.body.isEmpty, address.name)
                }
            }
        }
    }

    @Test func `a token or a key of another domain is refused everywhere, an administrator's too`() async throws {
        let engine = try await Engine()
        let other = try await engine.site.addDomain("other.example")
        let token = try await engine.site.tokens(for: other.administrator, in: other).accessToken
        let key = try await engine.site.apiKey(for: other.administrator, permissions: .administrator)
        for address in addresses(engine) {
            if case .anybody = address.permission { continue }
            for caller in [HTTPFields.bearer(token), .apiKey(key)] {
                #expect(try await call(engine, address, as: caller).status == .unauthorized, address.name)
                #expect(isLetIn(try await call(engine, address, as: caller, host: "other.example")), address.name)
            }
            #expect(
                try await call(engine, address, as: engine.administrator, host: "other.example").status == .unauthorized
            )
        }
    }

    @Test func `a client's own token has no user, and gets 403 in JSON where one is needed`() async throws {
        let engine = try await Engine()
        let token = try await engine.site.clientTokens().accessToken
        for address in addresses(engine) {
            let answer = try await call(engine, address, as: .bearer(token))
            switch address.permission {
            case .anybody, .anyCredential: #expect(isLetIn(answer), address.name)
            case .user, .support, .administrator:
                #expect(answer.status == .forbidden, address.name)
                #expect(try answer.json["error"]?.string == "The access token speaks for no user", address.name)
            }
        }
    }

    @Test func `a scope that reaches neither public nor the resource gets 403 without a body`() async throws {
        let engine = try await Engine()
        let token = try await engine.site.tokens(for: engine.site.localhost.administrator, scope: "mqtt").accessToken
        for address in addresses(engine) {
            let answer = try await call(engine, address, as: .bearer(token))
            switch address.permission {
            case .anybody, .anyCredential, .user(.anything, _): #expect(isLetIn(answer), address.name)
            case .user, .support, .administrator:
                #expect(answer.status == .forbidden, address.name)
                #expect(answer.body.isEmpty, address.name)
            }
        }
    }

    @Test func `public.read reads everything and writes nothing`() async throws {
        let engine = try await Engine()
        let key = try await engine.site.apiKey(
            for: engine.site.localhost.administrator, permissions: .administrator, scopes: ["public.read"])
        for address in addresses(engine) {
            let answer = try await call(engine, address, as: .apiKey(key))
            #expect((answer.status == .forbidden) == (address.method != .get), address.name)
        }
    }

    @Test func `a resource's own scope reaches that resource only`() async throws {
        let engine = try await Engine()
        let key = try await engine.site.apiKey(
            for: engine.site.localhost.administrator, permissions: .administrator, scopes: ["users.read"])

        #expect(try await engine.get("users", as: .apiKey(key)).status == .ok)
        #expect(try await engine.get("oauth_apps", as: .apiKey(key)).status == .forbidden)
        #expect(try await engine.send(.post, "users", [:], as: .apiKey(key)).status == .forbidden)
    }

    @Test func `every route answers alike with and without a slash at its end`() async throws {
        let engine = try await Engine()
        for address in addresses(engine) {
            let plain = try await call(engine, address, as: engine.administrator)
            let slashed = try await engine.server.send(
                address.method, Engine.root + address.path + "/", headers: engine.administrator)
            #expect(plain.status == slashed.status, address.name)
        }
    }

    @Test func `a demoted administrator's token no longer administers`() async throws {
        let engine = try await Engine()
        _ = try await engine.site.addDomain("second.example")
        var draft = UserDraft.demotion
        draft.isSupport = true
        _ = try await engine.site.services.administration.updateUser(
            engine.site.localhost.administrator, draft, in: engine.site.localhost.domain, by: "test")

        // It is no longer in force at all: whoever reads its claims elsewhere must not see the old level.
        #expect(try await engine.get("api_keys", as: engine.administrator).status == .unauthorized)
        #expect(
            try await engine.send(.post, "domains", ["name": "x"], as: engine.administrator).status == .unauthorized)
    }

    @Test func `a promotion shows in the next token only`() async throws {
        let engine = try await Engine()
        var draft = UserDraft.demotion
        draft.isAdministrator = true
        _ = try await engine.site.services.administration.updateUser(
            engine.site.localhost.user, draft, in: engine.site.localhost.domain, by: "test")

        #expect(try await engine.get("api_keys", as: engine.user).status == .forbidden)
        let token = try await engine.site.tokens(for: engine.site.localhost.user).accessToken
        #expect(try await engine.get("api_keys", as: .bearer(token)).status == .ok)
    }

    @Test func `a client that is bound to a service account acts as that user`() async throws {
        let engine = try await Engine()
        var draft = ApplicationDraft()
        draft.serviceAccount = engine.site.localhost.support.id
        _ = try await engine.site.services.administration.updateApplication(
            engine.site.localhost.confidential, draft, by: "test")
        let token = try await engine.site.clientTokens().accessToken

        #expect(try await engine.get("users/current", as: .bearer(token)).json["email"] == "support@localhost")
        #expect(try await engine.get("domains", as: .bearer(token)).status == .ok)
        #expect(try await engine.get("api_keys", as: .bearer(token)).status == .forbidden)
    }

    @Test func `a sign-out ends the tokens before it, and none of the same second after it`() async throws {
        let engine = try await Engine()
        let place = engine.site.localhost
        let session = try await engine.site.services.sessions.start(
            for: place.user, in: place.domain, userAgent: "", from: "127.0.0.1")
        let signedIn = try await engine.site.services.sessions.find(session.secret.exposed, in: place.domain)
        try await engine.site.services.sessions.end(try #require(signedIn), from: "127.0.0.1")

        #expect(try await engine.get("users/current", as: engine.user).status == .unauthorized)
        let token = try await engine.site.tokens(for: place.user).accessToken
        #expect(try await engine.get("users/current", as: .bearer(token)).status == .ok)
    }

    @Test func `the token of a deleted or disabled user is refused`() async throws {
        let engine = try await Engine()
        var draft = UserDraft()
        draft.isDisabled = true
        _ = try await engine.site.services.administration.updateUser(
            engine.site.localhost.user, draft, in: engine.site.localhost.domain, by: "test")
        try await engine.site.services.administration.deleteUser(
            engine.site.localhost.support, in: engine.site.localhost.domain, force: true, by: "test")

        #expect(try await engine.get("users/current", as: engine.user).status == .unauthorized)
        #expect(try await engine.get("users/current", as: engine.support).status == .unauthorized)
    }
}

extension UserDraft {
    fileprivate static var demotion: UserDraft {
        var draft = UserDraft()
        draft.isAdministrator = false
        draft.isSupport = false
        return draft
    }
}
