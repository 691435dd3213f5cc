import OAuth
import Testing

@Suite("RFC 8259: JSON is read strictly")
struct JSONParserTests {
    @Test(
        "is read",
        arguments: [
            ("null", nil), (" true ", true), ("\t\r\nfalse\n", false), ("0", 0), ("-0", 0), ("-12", -12),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.5", .number(1.5)),
            ("1e2", .number(100)), ("1E+2", .number(100)), ("-1.5e-1", .number(-0.15)), ("0.0", .number(0)),
            ("\"\"", ""), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9""#, "Aé"),
            (#""\ud83d\ude00""#, "😀"), ("\"é😀\u{7F}\"", "é😀\u{7F}"), (#""\u0000""#, "\u{0}"),
            ("[]", []), ("[ 1 , [2] ]", [1, [2]]), ("{}", [:]), (#"{ "a" : 1 , "b" : {} }"#, ["a": 1, "b": [:]]),
            (#"{"":1}"#, ["": 1]),
        ] as [(String, JSON)])
    func accepted(text: String, value: JSON) throws {
        #expect(try JSON(parsing: text) == value)
    }

    @Test(
        "is malformed",
        arguments: [
            "", " ", "nul", "nulls", "True", "TRUE", "undefined", "NaN", "Infinity", "-", "+1", "01", "-01", "1.", ".5",
            "1.e2", "1e", "1e+", "0x10", "1 2", "--1", "1e400", "-1e400", "\"", "\"a", "'a'", "\"\t\"", "\"\n\"",
            "\"\u{0}\"",
            #""\x41""#, #""\u12""#, #""\u12g4""#, #""\u+123""#, #""\u 123""#, #""\ud800""#, #""\ud800\u0041""#,
            #""\ud800x""#, #""\udc00""#, #""\ud800\ud800""#, "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "]", "{",
            "{\"a\"",
            "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}", "{,}", "}", "[1]]", "{}{}",
            "[1}", "/**/1", "1//", "\u{FEFF}1", "\u{A0}1", "1\u{C}",
        ])
    func malformed(_ text: String) {
        #expect(throws: JSONError.malformed) { try JSON(parsing: text) }
    }

    @Test(
        "bytes that are not UTF-8 are malformed",
        arguments: [[0xFF], [0xC3], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80]] as [[UInt8]])
    func notUTF8(_ bytes: [UInt8]) {
        #expect(throws: JSONError.malformed) { try JSON(parsing: [0x22] + bytes + [0x22]) }
        #expect(throws: JSONError.malformed) { try JSON(parsing: bytes) }
    }

    @Test(
        "a member that is there twice is refused",
        arguments: [
            #"{"a":1,"a":1}"#, #"{"a":1,"b":2,"\u0061":3}"#, #"[{"x":{"a":1,"a":2}}]"#,
        ])
    func repeated(_ text: String) {
        #expect(throws: JSONError.repeatedName) { try JSON(parsing: text) }
    }

    @Test func `nesting ends at a depth that no honest text has`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }

        #expect(try JSON(parsing: nested(32)).array?.count == 1)
        #expect(throws: JSONError.tooDeep) { try JSON(parsing: nested(40)) }
        #expect(throws: JSONError.tooDeep) { try JSON(parsing: String(repeating: "{\"a\":", count: 100_000)) }
    }

    @Test func `every beginning of a text is refused, and none ends the program`() throws {
        let text = Array(#"{"a":[1,-2.5e+3,"\"\\\u00e9\ud83d\ude00é",true,false,null,{}],"b":{"c":[]}}"#.utf8)
        _ = try JSON(parsing: text)

        for length in 0..<text.count {
            #expect(throws: JSONError.self) { try JSON(parsing: Array(text.prefix(length))) }
        }
    }

    @Test func `no single changed byte ends the program`() {
        let text = Array(#"{"a":[1,-2.5e+3,"\u00e9\ud83d\ude00é",true,null],"b":{}}"#.utf8)
        var refused = 0

        for index in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[index] = byte
                do { _ = try JSON(parsing: changed) } catch { refused += 1 }
            }
        }

        #expect(refused > text.count * 128)
    }
}
