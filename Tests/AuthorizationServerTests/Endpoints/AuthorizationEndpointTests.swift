import AuthorizationServer
import OAuth
import TestSupport
import Testing
import Web

@Suite("RFC 6749 §4.1.2.1: who is told of an authorization request's fault")
struct AuthorizationFaultTests {
    let site: TestSite

    init() async throws { site = try await TestSite() }

    @Test(
        "with a wrong client or redirect URI nobody is redirected",
        arguments: [
            ["client_id": "unknown"], ["client_id": ""], ["redirect_uri": "https://evil.example/"],
            ["redirect_uri": ""],
        ] as [[String: String]])
    func shown(_ fault: [String: String]) async throws {
        let (client, _) = try await site.addApplication("modern", .oauth21)

        let failure = try await failure(client, fault)

        guard case .shown = failure else { return #expect(Bool(false), "\(failure)") }
    }

    @Test(
        "every other fault is told to the client, with its state and the issuer",
        arguments: [
            (["response_type": "token"], "unsupported_response_type"), (["response_type": ""], "invalid_request"),
            (["scope": "users"], "invalid_scope"), (["code_challenge_method": "plain"], "invalid_request"),
            (["code_challenge": ""], "invalid_request"), (["prompt": "none"], "login_required"),
            (["request": "x"], "request_not_supported"), (["max_age": "x"], "invalid_request"),
        ] as [([String: String], String)])
    func returned(fault: [String: String], code: String) async throws {
        let (client, _) = try await site.addApplication("modern", .oauth21)

        let failure = try await failure(client, fault)

        guard case .returned(_, let response) = failure else { return #expect(Bool(false), "\(failure)") }
        #expect(response.redirectURI.text == client.redirectURIs[0])
        #expect(response.parameters.map(\.name) == ["error", "error_description", "state", "iss"])
        #expect(response.parameters.map(\.value).first == code)
        #expect(response.parameters.last?.value == "https://localhost")
    }

    @Test func `ts-client's response page is not sent an error, or it would ask again for ever`() async throws {
        let failure = try await failure(site.localhost.application, ["scope": "users"])

        guard case .shown(let error) = failure else { return #expect(Bool(false), "\(failure)") }
        #expect(error.code == .invalidScope)
    }

    @Test func `an application of the oauth2 1 profile must use PKCE`() async throws {
        let (client, _) = try await site.addApplication("modern", .oauth21)
        let signedIn = try await site.signIn(site.localhost.user)

        let failure = await #expect(throws: AuthorizationFailure.self) {
            _ = try await site.authorize(by: client, signedIn: signedIn)
        }

        guard case .returned(let error, _) = failure else { return #expect(Bool(false)) }
        #expect(error.code == .invalidRequest)
        #expect(error.hint.contains("code_challenge"))
    }

    @Test func `a disabled application is unknown`() async throws {
        var draft = ApplicationDraft()
        draft.isDisabled = true
        let client = try await site.services.administration.updateApplication(
            site.localhost.application, draft, by: "test")

        guard case .shown = try await failure(client, [:]) else { return #expect(Bool(false)) }
    }

    private func failure(_ client: Client, _ changes: [String: String]) async throws -> AuthorizationFailure {
        var query = [
            "response_type": "code", "client_id": client.id.text, "redirect_uri": client.redirectURIs[0],
            "scope": "public", "state": "xyz", "code_challenge": challenge, "code_challenge_method": "S256",
        ]
        query.merge(changes) { $1 }
        var parameters = Parameters()
        for (name, value) in query { try parameters.add(name, value) }
        do {
            _ = try await site.services.authorization.respond(
                to: parameters, signedIn: nil, decision: nil, in: site.localhost.domain, issuer: "https://localhost")
        } catch let failure as AuthorizationFailure { return failure }
        throw Unexpected()
    }
}

@Suite("OpenID Connect Core §3.1.2: the end-user at the authorization endpoint")
struct AuthorizationEndpointTests {
    let site: TestSite

    init() async throws { site = try await TestSite() }

    @Test func `who is signed in is sent back with state, issuer and, last, the code`() async throws {
        let outcome = try await site.authorize(["state": "xyz"], signedIn: site.signIn(site.localhost.user))

        guard case .respond(let response) = outcome else { return #expect(Bool(false), "\(outcome)") }
        #expect(response.parameters.map(\.name) == ["state", "iss", "code"])
        #expect(response.mode == .query)
        #expect(response.redirectURI.text == TestDomain.redirectURI)
    }

    @Test func `who is not signed in signs in`() async throws {
        let outcome = try await site.authorize(signedIn: nil)

        guard case .signIn(after: nil) = outcome else { return #expect(Bool(false), "\(outcome)") }
    }

    @Test("prompt=login and select_account ask for a fresh sign-in, once", arguments: ["login", "select_account"])
    func prompt(_ prompt: String) async throws {
        let signedIn = try await site.signIn(site.localhost.user)
        site.clock.advance(by: .seconds(10))

        guard case .signIn(let after?) = try await site.authorize(["prompt": prompt], signedIn: signedIn) else {
            return #expect(Bool(false))
        }

        #expect(after == site.clock.now)
        let old = try await site.authorize(["auth_after": String(after.seconds)], signedIn: signedIn)
        guard case .signIn(after: after) = old else { return #expect(Bool(false), "\(old)") }
        let fresh = try await site.authorize(
            ["auth_after": String(after.seconds)], signedIn: site.signIn(site.localhost.user))
        guard case .respond = fresh else { return #expect(Bool(false), "\(fresh)") }
    }

    @Test func `max_age asks who signed in longer ago`() async throws {
        let signedIn = try await site.signIn(site.localhost.user)
        site.clock.advance(by: .seconds(60))

        guard case .respond = try await site.authorize(["max_age": "60"], signedIn: signedIn),
            case .signIn(after: _?) = try await site.authorize(["max_age": "59"], signedIn: signedIn)
        else { return #expect(Bool(false)) }
        #expect(try await refusedCode(["max_age": "59", "prompt": "none"], signedIn) == .loginRequired)
    }

    @Test func `a session that ends meanwhile leads to the sign-in`() async throws {
        let signedIn = try await site.signIn(site.localhost.user)
        try await site.services.sessions.end(signedIn, from: "192.0.2.1")

        guard case .signIn(after: nil) = try await site.authorize(signedIn: signedIn) else {
            return #expect(Bool(false))
        }
        #expect(try await refusedCode(["prompt": "none"], signedIn) == .loginRequired)
    }

    @Test func `prompt=none shows nothing`() async throws {
        #expect(try await refusedCode(["prompt": "none"], nil) == .loginRequired)
        let signedIn = try await site.signIn(site.localhost.user)
        guard case .respond = try await site.authorize(["prompt": "none"], signedIn: signedIn) else {
            return #expect(Bool(false))
        }
    }

    @Test func `only a third party's application asks for consent, until it is given`() async throws {
        let (client, _) = try await site.addApplication("third", .placeos) { $0.isThirdParty = true }
        let signedIn = try await site.signIn(site.localhost.user)
        func ask(_ scope: String, _ decision: AuthorizationEndpoint.Decision? = nil, prompt: String = "") async throws
            -> AuthorizationEndpoint.Outcome
        {
            try await site.authorize(
                ["scope": scope, "prompt": prompt], by: client, signedIn: signedIn, decision: decision)
        }

        guard case .ask(let asking, let scope, _) = try await ask("public openid") else { return #expect(Bool(false)) }
        #expect(asking.id == client.id)
        #expect(scope == Scope(words: ["public", "openid"]))
        guard case .respond = try await ask("public openid", .allow) else { return #expect(Bool(false)) }

        try await site.services.authorization.remember(consent: scope, to: client, by: signedIn.user)
        guard case .respond = try await ask("public") else {
            return #expect(Bool(false), "what was given is not asked again")
        }
        guard case .ask = try await ask("public mqtt") else { return #expect(Bool(false), "more is") }
        guard case .ask = try await ask("public", prompt: "consent") else { return #expect(Bool(false)) }
    }

    @Test func `a site's own application, or one that skips authorization, is never held up`() async throws {
        let (skipping, _) = try await site.addApplication("skipping", .placeos) {
            $0.isThirdParty = true
            $0.skipsAuthorization = true
        }
        let signedIn = try await site.signIn(site.localhost.user)

        for client in [site.localhost.application, skipping] {
            guard case .respond = try await site.authorize(by: client, signedIn: signedIn) else {
                return #expect(Bool(false))
            }
        }
    }

    @Test func `who refuses consent sends the client away with access_denied`() async throws {
        let (client, _) = try await site.addApplication("third", .placeos) { $0.isThirdParty = true }
        let signedIn = try await site.signIn(site.localhost.user)

        #expect(try await refusedCode(["prompt": "none"], signedIn, by: client) == .consentRequired)
        #expect(try await refusedCode([:], signedIn, by: client, decision: .deny) == .accessDenied)
    }

    @Test("the response goes back the way that was asked for", arguments: ResponseMode.allCases)
    func mode(_ mode: ResponseMode) async throws {
        let (client, _) = try await site.addApplication("modes", .placeos)
        let signedIn = try await site.signIn(site.localhost.user)

        guard
            case .respond(let response) = try await site.authorize(
                ["response_mode": mode.rawValue], by: client, signedIn: signedIn)
        else { return #expect(Bool(false)) }
        #expect(response.mode == mode)

        let failure = await #expect(throws: AuthorizationFailure.self) {
            _ = try await site.authorize(
                ["response_mode": mode.rawValue, "scope": "users"], by: client, signedIn: signedIn)
        }
        guard case .returned(_, let error) = failure else { return #expect(Bool(false)) }
        #expect(error.mode == mode)
    }

    private func refusedCode(
        _ query: KeyValuePairs<String, String>, _ signedIn: SignedIn?, by client: Client? = nil,
        decision: AuthorizationEndpoint.Decision? = nil
    ) async throws -> OAuthError.Code? {
        do { _ = try await site.authorize(query, by: client, signedIn: signedIn, decision: decision) } catch {
            switch error as? AuthorizationFailure {
            case .shown(let error), .returned(let error, _): return error.code
            case nil: throw error
            }
        }
        return nil
    }
}
