import OAuth
import Testing

@Suite("RFC 8259: JSON is written")
struct JSONWriterTests {
    @Test func `members are written in the order they were given`() {
        let json: JSON = ["z": 1, "a": [true, nil, "x", .number(1.5)], "m": ["n": .integer(.min)], "e": [:], "l": []]

        #expect(json.text == #"{"z":1,"a":[true,null,"x",1.5],"m":{"n":-9223372036854775808},"e":{},"l":[]}"#)
    }

    @Test(
        "a text is escaped as §7 asks, and harmless where a browser sniffs HTML",
        arguments: [
            ("\"\\", #""\"\\""#), ("\n\r\t\u{0}\u{1F}", #""\u000a\u000d\u0009\u0000\u001f""#),
            ("</script>", #""\u003c/script>""#), ("é😀\u{2028}", "\"é😀\u{2028}\""), ("\u{7F}", #""\u007f""#),
            ("/", "\"/\""),
        ])
    func escapes(text: String, json: String) {
        #expect(JSON.string(text).text == json)
    }

    @Test func `a name is escaped like a text`() {
        #expect(JSON.object([.init("a\"<", 1)]).text == #"{"a\"\u003c":1}"#)
    }

    @Test func `a number that JSON has no word for is null`() {
        #expect(JSON.array([.number(.infinity), .number(.nan)]).text == "[null,null]")
    }

    @Test(
        "what was written reads as what it was",
        arguments: [
            nil, true, 0, .integer(.max), .number(1e300), .number(5e-324), .number(-0.1), "",
            "\u{0}\u{1F}\u{7F}\"\\<é😀",
            [[], [:], ["": ["a": [1, 2, nil]]]],
        ] as [JSON])
    func roundTrip(_ json: JSON) throws {
        #expect(try JSON(parsing: json.text) == json)
    }

    @Test func `values are found by their kind`() {
        let json: JSON = ["s": "x", "i": 1, "b": true, "l": ["a", "b"], "mixed": ["a", 1], "n": nil]

        #expect(json["s"]?.string == "x" && json["s"]?.integer == nil)
        #expect(json["i"]?.integer == 1 && json["b"]?.bool == true)
        #expect(json["l"]?.strings == ["a", "b"])
        #expect(json["mixed"]?.strings == nil)
        #expect(json["n"]?.isNull == true)
        #expect(json["none"] == nil)
        #expect(JSON.string("x")["s"] == nil)
    }

    @Test func `a member is set in its place, or added at the end`() {
        let json: JSON = ["a": 1, "b": 2]

        #expect(json.setting("a", to: 3) == ["a": 3, "b": 2])
        #expect(json.setting("c", to: 3) == ["a": 1, "b": 2, "c": 3])
    }
}
