import OAuth
import Testing

@Suite("RFC 6749 §3.1 and §3.2: the parameters of a request")
struct ParametersTests {
    @Test func `a parameter without a value counts as absent, but is there`() throws {
        let parameters = try Parameters(form: "code=&state".utf8)

        #expect(parameters["code"] == nil)
        #expect(parameters.has("code"))
        #expect(parameters.has("state"))
        #expect(!parameters.has("scope"))
        #expect(code { () throws(OAuthError) in _ = try parameters.require("code") } == .invalidRequest)
    }

    @Test(
        "a form is decoded",
        arguments: [
            ("a=1&b=2", "a", "1"), ("a=x%3Dy%26z", "a", "x=y&z"), ("a=x+y%20z", "a", "x y z"), ("a=%2B", "a", "+"),
            ("a=b=c", "a", "b=c"), ("%61=1", "a", "1"), ("&&a=1&", "a", "1"), ("a=%C3%A9", "a", "é"),
            ("a=é", "a", "é"), ("a=%e2%82%AC", "a", "€"), ("a=?x/y", "a", "?x/y"),
        ])
    func form(text: String, name: String, value: String) throws {
        #expect(try Parameters(form: text.utf8)[name] == value)
    }

    @Test(
        "is refused",
        arguments: [
            "a=1&a=1", "a=1&a=2", "a=&a=1", "a&a", "a=1&%61=2", "scope[]=a", "user[id]=1", "scope%5B%5D=a",
            "a=%00", "%00=1", "a=%", "a=%4", "a=%zz", "a=%+1", "a=%4&b=1", "a=%FF", "a=%C3", "a=%ED%A0%80", "a=%C0%AF",
        ])
    func refused(_ text: String) {
        #expect(code { () throws(OAuthError) in _ = try Parameters(form: text.utf8) } == .invalidRequest)
    }

    @Test func `text that is not UTF-8 is refused`() {
        #expect(code { () throws(OAuthError) in _ = try Parameters(form: [0x61, 0x3D, 0xFF]) } == .invalidRequest)
    }

    @Test func `one hundred parameters are enough`() throws {
        let hundred = (1...100).map { "p\($0)=1" }.joined(separator: "&")

        #expect(try Parameters(form: hundred.utf8).names.count == 100)
        #expect(
            code { () throws(OAuthError) in _ = try Parameters(form: (hundred + "&p101=1").utf8) } == .invalidRequest)
    }

    @Test func `query and body are one map, as long as they agree`() throws {
        let query = try Parameters(["a": "1", "b": "2"])

        #expect(try query.merging(Parameters(["b": "2", "c": "3"])) == Parameters(["a": "1", "b": "2", "c": "3"]))
        #expect(code { () throws(OAuthError) in _ = try query.merging(Parameters(["b": "3"])) } == .invalidRequest)
        #expect(code { () throws(OAuthError) in _ = try query.merging(Parameters(["b": ""])) } == .invalidRequest)
    }

    @Test func `query and body have one hundred parameters together`() throws {
        func many(_ prefix: String) throws(OAuthError) -> Parameters {
            try Parameters(form: (1...60).map { "\(prefix)\($0)=1" }.joined(separator: "&").utf8)
        }

        #expect(code { () throws(OAuthError) in _ = try many("a").merging(many("b")) } == .invalidRequest)
    }

    @Test func `a JSON body is an object of plain values`() throws {
        let body = #"{"grant_type":"password","n":7200,"flag":true,"scope":null,"name":"A\u00e9\ud83d\ude00"}"#

        let parameters = try Parameters(json: Array(body.utf8))

        #expect(parameters["grant_type"] == "password")
        #expect(parameters["n"] == "7200")
        #expect(parameters["flag"] == "true")
        #expect(!parameters.has("scope"))
        #expect(parameters["name"] == "Aé😀")
    }

    @Test(
        "another JSON body is refused",
        arguments: [
            "", "[]", "1", "null", "\"a\"", "{", #"{"a":1"#, #"{"a":["x"]}"#, #"{"a":{"b":1}}"#, #"{"a":1.5}"#,
            #"{"a":"1","a":"1"}"#, #"{"a":"1","\u0061":"2"}"#, #"{"a[]":"1"}"#, #"{"a":"\u0000"}"#, #"{"a":1}x"#,
            String(repeating: "[", count: 10_000),
        ])
    func json(_ body: String) {
        #expect(code { () throws(OAuthError) in _ = try Parameters(json: Array(body.utf8)) } == .invalidRequest)
    }

    @Test func `percent-encoding leaves only the unreserved characters of RFC 3986`() {
        #expect(percentEncoded("AZaz09-._~") == "AZaz09-._~")
        #expect(percentEncoded(" +&=%/?#'\"") == "%20%2B%26%3D%25%2F%3F%23%27%22")
        #expect(percentEncoded("é€😀\u{0}") == "%C3%A9%E2%82%AC%F0%9F%98%80%00")
    }
}
