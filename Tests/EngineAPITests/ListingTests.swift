import AuthorizationServer
import HTTPTypes
import OAuth
import TestSupport
import Testing
import Web

@Suite("Lists: pages, totals and the way to the next page")
struct ListingTests {
    private func withUsers(_ count: Int) async throws -> Engine {
        let engine = try await Engine()
        for number in 0..<count {
            var draft = UserDraft()
            draft.email = "person\(number)@localhost"
            draft.name = "Person, \(number % 7); of many"
            _ = try await engine.site.services.administration.createUser(
                draft, in: engine.site.localhost.domain, by: "test")
        }
        return engine
    }

    /// The address in `<…>`, read as ts-client reads it: split at `,`, then at `;`.
    private func next(_ answer: TestAnswer) throws -> String? {
        guard let link = answer.header("Link") else { return nil }
        let parts = link.split(separator: ",")
        #expect(parts.count == 1)
        let pieces = try #require(parts.first).split(separator: ";")
        #expect(pieces.count == 2)
        #expect(pieces.last == " rel=\"next\"")
        return String(try #require(pieces.first).dropFirst().dropLast())
    }

    @Test func `walking the pages meets every row once`() async throws {
        let engine = try await withUsers(23)
        var path: String? = "/api/engine/v2/users?limit=5&q=person,%20"
        var seen: [String] = []
        var pages = 0

        while let current = path, pages < 20 {
            let answer = try await engine.server.get(current, headers: engine.administrator)
            #expect(answer.header("X-Total-Count") == "23")
            seen += try (answer.json.array ?? []).compactMap { $0["id"]?.string }
            path = try next(answer)
            pages += 1
        }

        #expect(pages == 5)
        #expect(seen.count == 23)
        #expect(Set(seen).count == 23)
    }

    @Test func `the headers say which rows these are`() async throws {
        let engine = try await withUsers(3)

        let answer = try await engine.get("users?limit=2&offset=1&q=person", as: engine.administrator)

        #expect(answer.header("X-Total-Count") == "3")
        #expect(answer.header("Content-Range") == "user 1-3/3")
        #expect(answer.header("Link") == nil)
        let first = try await engine.get("users?limit=2&q=a%2Cb%3B&bearer_token=secret", as: engine.administrator)
        #expect(first.header("Content-Range") == "user 0-0/0")
        let linked = try await engine.get("users/?limit=1&q=person&bearer_token=secret", as: engine.administrator)
        #expect(linked.header("Link") == "</api/engine/v2/users?q=person&offset=1&limit=1>; rel=\"next\"")
    }

    @Test("a blank search and a star match everything", arguments: ["", "?q=", "?q=*", "?q=%20"])
    func blankSearch(query: String) async throws {
        let engine = try await withUsers(1)

        #expect(try await engine.get("users\(query)", as: engine.administrator).header("X-Total-Count") == "5")
    }

    @Test(
        "every list says how many there are",
        arguments: [
            "api_keys", "oauth_apps", "domains", "users", "oauth_auths", "saml_auths", "ldap_auths",
        ])
    func totals(path: String) async throws {
        let engine = try await Engine()

        for address in [path, "\(path)/", "\(path)?authority_id=\(engine.site.localhost.domain.id.text)"] {
            let answer = try await engine.get(address, as: engine.administrator)
            #expect(answer.status == .ok)
            #expect(answer.header("X-Total-Count") == String(try #require(try answer.json.array).count))
        }
    }

    @Test(
        "a limit or an offset that is no number is named",
        arguments: [
            ("limit", "x"), ("limit", "-1"), ("limit", "1.5"), ("offset", "%2B1"), ("offset", "99999999999999999999"),
        ])
    func junk(name: String, value: String) async throws {
        let engine = try await Engine()

        let answer = try await engine.get("users?\(name)=\(value)", as: engine.administrator)

        #expect(answer.status == .badRequest)
        #expect(try answer.names == ["error", "parameter", "restriction"])
        #expect(try answer.json["parameter"]?.string == name)
    }

    @Test func `a limit over ten thousand counts as ten thousand, and none leads nowhere`() async throws {
        let engine = try await Engine()

        #expect(try await engine.get("users?limit=100000", as: engine.administrator).status == .ok)
        let none = try await engine.get("users?limit=0", as: engine.administrator)
        #expect(none.text == "[]")
        #expect(none.header("Link") == nil)
        let beyond = try await engine.get("users?offset=999999999999999", as: engine.administrator)
        #expect(beyond.text == "[]")
    }

    @Test func `a parameter given twice is refused`() async throws {
        let engine = try await Engine()

        #expect(try await engine.get("users?limit=1&limit=2", as: engine.administrator).status == .badRequest)
        #expect(try await engine.get("users?q[]=1", as: engine.administrator).status == .badRequest)
        #expect(try await engine.get("users?q=%ZZ", as: engine.administrator).status == .badRequest)
    }

    @Test func `rows come in the order of their names`() async throws {
        let engine = try await Engine()

        let names = try await engine.get("users", as: engine.administrator).json.array?.compactMap {
            $0["name"]?.string
        }

        #expect(names == ["Ada Administrator", "Sam Support", "Service Account", "Una User"])
    }
}
