import AuthorizationServer
import HTTPTypes
import OAuth
import Storage
import TestSupport
import Testing

@Suite("users: the people and service accounts of a domain")
struct UserTests {
    private let publicFields = [
        "id", "email_digest", "email", "nickname", "name", "first_name", "last_name", "groups", "country", "building",
        "image", "created_at", "authority_id", "deleted", "department", "preferred_language", "staff_id", "phone",
        "work_preferences", "work_overrides", "login_count", "last_login", "photo_upload_id", "locatable",
    ]
    private let administratorFields = ["sys_admin", "support", "misc", "login_name", "card_number", "ui_theme"]

    @Test func `users current is the caller in full`() async throws {
        let engine = try await Engine()

        let answer = try await engine.get("users/current", as: engine.user)

        #expect(answer.status == .ok)
        #expect(try answer.names == publicFields + administratorFields + ["associated_metadata", "subsystem_access"])
        let user = try answer.json
        #expect(user["email"] == "user@email.com")
        #expect(user["email_digest"]?.string == engine.site.localhost.user.email.digest)
        #expect(user["sys_admin"] == false)
        #expect(user["ui_theme"] == "light")
        #expect(user["first_name"] == JSON.null)
        #expect(user["nickname"] == "")
        #expect(user["subsystem_access"] == [])
        #expect(user["authority_id"]?.string == engine.site.localhost.domain.id.text)
        #expect(!answer.text.contains("password"))
        #expect(try await engine.get("users/current", as: engine.administrator).json["sys_admin"] == true)
        #expect(try await engine.get("users/current", as: engine.support).json["support"] == true)
    }

    @Test func `a user sees public fields, an administrator all of them`() async throws {
        let engine = try await Engine()
        let path = "users/\(engine.site.localhost.support.id.text)"

        #expect(try await engine.get(path, as: engine.user).names == publicFields)
        #expect(try await engine.get(path, as: engine.support).names == publicFields)
        #expect(try await engine.get(path, as: engine.administrator).names == publicFields + administratorFields)
        let list = try await engine.get("users", as: engine.user).json.array
        #expect(list?.first?["sys_admin"] == nil)
    }

    @Test func `a user is found by id, by id without its prefix, by e-mail, login name and staff id`() async throws {
        let engine = try await Engine()
        let user = engine.site.localhost.user
        _ = try await engine.send(
            .patch, "users/\(user.id.text)", ["login_name": "una", "staff_id": "S 1"], as: engine.administrator)

        for name in [
            user.id.text, String(user.id.text.dropFirst(5)), "User%40Email.com", "user@email.com", "una", "S%201",
        ] {
            #expect(try await engine.get("users/\(name)", as: engine.support).json["id"]?.string == user.id.text)
        }
    }

    @Test func `nobody but an administrator sees users of another domain`() async throws {
        let engine = try await Engine()
        let other = try await engine.site.addDomain("other.example")
        let foreign = "?authority_id=\(other.domain.id.text)"

        for caller in [engine.user, engine.support] {
            #expect(try await engine.get("users/\(other.user.id.text)", as: caller).status == .notFound)
            #expect(try await engine.get("users/admin@other.example", as: caller).status == .notFound)
            let list = try #require(try await engine.get("users\(foreign)", as: caller).json.array)
            #expect(list.count == 4)
            #expect(list.allSatisfy { $0["authority_id"]?.string == engine.site.localhost.domain.id.text })
        }
        #expect(try await engine.get("users/\(other.user.id.text)", as: engine.administrator).status == .ok)
        #expect(try await engine.get("users", as: engine.administrator).header("X-Total-Count") == "8")
        #expect(try await engine.get("users\(foreign)", as: engine.administrator).header("X-Total-Count") == "4")
    }

    @Test func `a new user can sign in with the given password`() async throws {
        let engine = try await Engine()

        let answer = try await engine.send(
            .post, "users",
            [
                "email": " New@Email.com ", "first_name": "Nell", "last_name": "New",
                "password": "correct horse battery",
                "support": true, "groups": ["staff"], "login_name": "nell", "card_number": "7", "phone": nil,
                "work_preferences": [["day_of_week": 1]], "locatable": false, "login_count": 9, "deleted": true,
                "id": "x", "email_digest": "x", "unknown": 1,
            ], as: engine.administrator)

        #expect(answer.status == .created)
        #expect(try answer.names == publicFields + administratorFields)
        let user = try answer.json
        #expect(user["email"] == "new@email.com")
        #expect(user["name"] == "Nell New")
        #expect(user["support"] == true)
        #expect(user["sys_admin"] == false)
        #expect(user["groups"] == ["staff"])
        #expect(user["card_number"] == "7")
        #expect(user["phone"] == "")
        #expect(user["work_preferences"] == [["day_of_week": 1]])
        #expect(user["locatable"] == false)
        #expect(user["login_count"] == 0)
        #expect(user["deleted"] == false)
        #expect(user["unknown"] == nil)
        let signIn = try await engine.server.post(
            "/auth/signin", form: ["email": "new@email.com", "password": "correct horse battery"])
        #expect(signIn.status == .accepted)
    }

    @Test func `an administrator creates users in other domains too`() async throws {
        let engine = try await Engine()
        let other = try await engine.site.addDomain("other.example")

        let answer = try await engine.send(
            .post, "users", ["email": "new@email.com", "authority_id": .string(other.domain.id.text)],
            as: engine.administrator)

        #expect(try answer.json["authority_id"]?.string == other.domain.id.text)
        let nowhere = try await engine.send(
            .post, "users", ["email": "b@email.com", "authority_id": "none"], as: engine.administrator)
        #expect(try nowhere.faultyFields == ["authority_id"])
    }

    @Test(
        "whatever is wrong is said field by field",
        arguments: [
            ("{}", ["email"]), (#"{"email":"no address"}"#, ["email"]), (#"{"email":"USER@email.com"}"#, ["email"]),
            (#"{"email":"a@b.c","password":"short"}"#, ["password"]),
            (
                #"{"email":"a@b.c","groups":"x","locatable":1,"work_overrides":[]}"#,
                ["work_overrides", "locatable", "groups"]
            ),
            (#"{"email":"a@b.c","name":"a\u0000b"}"#, ["name"]),
            (#"{"email":"a@b.c","misc":"\#(String(repeating: "m", count: 40_000))"}"#, ["misc"]),
        ])
    func faults(body: String, fields: [String]) async throws {
        let engine = try await Engine()

        let answer = try await engine.send(.post, "users", JSON(parsing: body), as: engine.administrator)

        #expect(answer.status == .unprocessableContent)
        #expect(try answer.faultyFields == fields)
    }

    @Test func `login name and staff id are each taken once a domain`() async throws {
        let engine = try await Engine()
        func set(_ body: JSON, of user: User) async throws -> TestAnswer {
            try await engine.send(.patch, "users/\(user.id.text)", body, as: engine.administrator)
        }
        #expect(try await set(["login_name": "one", "staff_id": "1"], of: engine.site.localhost.user).status == .ok)

        #expect(try await set(["login_name": "one"], of: engine.site.localhost.support).faultyFields == ["login_name"])
        #expect(try await set(["staff_id": "1"], of: engine.site.localhost.support).faultyFields == ["staff_id"])
        #expect(try await set(["login_name": ""], of: engine.site.localhost.user).json["login_name"] == JSON.null)
    }

    @Test func `a user changes the own profile, and nothing that is an administrator's to set`() async throws {
        let engine = try await Engine()
        let id = engine.site.localhost.user.id.text

        for method in [HTTPRequest.Method.patch, .put] {
            let answer = try await engine.send(
                method, "users/\(id)?version=0",
                [
                    "nickname": "U", "department": "Labs", "sys_admin": true, "support": true, "groups": ["root"],
                    "login_name": "root", "staff_id": "0", "card_number": "0", "email": "evil@email.com",
                    "authority_id": "other", "login_count": 99, "last_login": 1, "deleted": true,
                ], as: engine.user)
            #expect(answer.status == .ok)
            #expect(try answer.names == publicFields)
        }

        let user = try await engine.get("users/\(id)", as: engine.administrator).json
        #expect(user["nickname"] == "U")
        #expect(user["department"] == "Labs")
        #expect(user["name"] == "Una User")
        #expect(user["email"] == "user@email.com")
        #expect(user["sys_admin"] == false)
        #expect(user["support"] == false)
        #expect(user["groups"] == [])
        for field in ["login_name", "staff_id", "card_number", "last_login"] { #expect(user[field] == JSON.null) }
        #expect(user["authority_id"]?.string == engine.site.localhost.domain.id.text)
        #expect(user["deleted"] == false)
        #expect(user["login_count"] == 0)
    }

    @Test func `a name follows its parts, unless it is given itself`() async throws {
        let engine = try await Engine()
        let path = "users/\(engine.site.localhost.user.id.text)"
        func name(_ body: JSON) async throws -> String? {
            try await engine.send(.patch, path, body, as: engine.user).json["name"]?.string
        }

        #expect(try await name(["first_name": "Ursula", "last_name": "Use"]) == "Ursula Use")
        #expect(try await name(["last_name": "Under"]) == "Ursula Under")
        #expect(try await name(["first_name": "U.", "name": "Ms Under"]) == "Ms Under")
        #expect(try await name(["first_name": nil, "nickname": "U"]) == "Under")
        #expect(try await engine.get("users/current", as: engine.user).json["first_name"] == JSON.null)
    }

    @Test func `an e-mail address is not changed by an administrator's PATCH either`() async throws {
        let engine = try await Engine()
        let id = engine.site.localhost.user.id.text

        let answer = try await engine.send(
            .patch, "users/\(id)", ["email": "new@email.com", "name": "Una"], as: engine.administrator)

        #expect(try answer.json["email"] == "user@email.com")
        #expect(try answer.json["name"] == "Una")
    }

    @Test func `nobody changes somebody else, and no password is changed here`() async throws {
        let engine = try await Engine()
        let support = "users/\(engine.site.localhost.support.id.text)"
        let own = "users/\(engine.site.localhost.user.id.text)"

        let other = try await engine.send(.patch, support, ["nickname": "x"], as: engine.user)
        #expect(other.status == .forbidden)
        #expect(other.body.isEmpty)
        #expect(try await engine.send(.patch, own, ["nickname": "x"], as: engine.support).status == .forbidden)
        for caller in [engine.user, engine.administrator] {
            let answer = try await engine.send(.patch, own, ["password": "correct horse battery"], as: caller)
            #expect(try answer.faultyFields == ["password"])
            #expect(try await engine.send(.patch, own, ["password": ""], as: caller).status == .ok)
        }
    }

    @Test func `the last administrator can be neither deleted nor demoted`() async throws {
        let engine = try await Engine()
        let path = "users/\(engine.site.localhost.administrator.id.text)"

        for answer in [
            try await engine.delete(path, as: engine.administrator),
            try await engine.send(.patch, path, ["sys_admin": false], as: engine.administrator),
        ] {
            #expect(answer.status == .conflict)
            #expect(answer.text == #"{"error":"At least one administrator must remain."}"#)
        }
        _ = try await engine.site.addDomain("other.example")
        #expect(try await engine.delete(path, as: engine.administrator).status == .accepted)
    }

    @Test func `deleting removes the row, or only marks it where the domain says so`() async throws {
        let engine = try await Engine()
        let support = "users/\(engine.site.localhost.support.id.text)"
        let user = "users/\(engine.site.localhost.user.id.text)"
        let gone = try await engine.delete(support, as: engine.administrator)
        #expect(gone.status == .accepted)
        #expect(gone.body.isEmpty)
        #expect(try await engine.get(support, as: engine.administrator).status == .notFound)

        _ = try await engine.send(
            .patch, "domains/\(engine.site.localhost.domain.id.text)", ["internals": ["soft_delete": true]],
            as: engine.administrator)
        #expect(try await engine.delete(user, as: engine.administrator).status == .accepted)
        #expect(try await engine.get(user, as: engine.administrator).json["deleted"] == true)
        #expect(try await engine.get("users/current", as: engine.user).status == .unauthorized)
        #expect(try await engine.get("users", as: engine.administrator).header("X-Total-Count") == "2")
        #expect(
            try await engine.get("users?include_deleted=true", as: engine.administrator).header("X-Total-Count") == "3")
        #expect(try await engine.get("users?include_deleted=maybe", as: engine.administrator).status == .badRequest)

        let revived = try await engine.send(.post, "\(user)/revive", [:], as: engine.administrator)
        #expect(try revived.json["deleted"] == false)
        #expect(try await engine.delete("\(user)?force_removal=true", as: engine.administrator).status == .accepted)
        #expect(try await engine.get(user, as: engine.administrator).status == .notFound)
    }

    @Test func `groups are told for e-mail addresses of the own domain`() async throws {
        let engine = try await Engine()
        let id = engine.site.localhost.user.id.text
        _ = try await engine.send(.patch, "users/\(id)", ["groups": ["a", "b"]], as: engine.administrator)

        for path in ["/api/engine/v2/users/groups", "/api/engine/v2users/groups"] {
            let answer = try await engine.server.get(
                "\(path)?emails=user@email.com,nobody@email.com", headers: engine.support)
            #expect(answer.text == #"[{"id":"\#(id)","groups":["a","b"]}]"#)
        }
        let missing = try await engine.get("users/groups", as: engine.user)
        #expect(missing.status == .unprocessableContent)
        #expect(try missing.json["parameter"] == "emails")
        #expect(try await engine.get("users/groups?emails=x", as: engine.user).status == .badRequest)
    }

    @Test func `what an administrator did is written down with who did it`() async throws {
        let engine = try await Engine()
        let id = engine.site.localhost.user.id.text
        _ = try await engine.send(.patch, "users/\(id)", ["name": "Una"], as: engine.administrator)

        let events = try await engine.site.store.events(of: engine.site.localhost.domain.id, ListRequest())

        let event = try #require(events.items.first { $0.detail == "updated user" })
        #expect(event.actor == engine.site.localhost.administrator.id.text)
        #expect(event.subject == id)
    }
}
