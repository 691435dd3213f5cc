import Storage
import Testing

@Suite struct `A row` {
    @Test func `is read from left to right`() throws {
        var row = Row(["a", nil, 7, nil, true, 0, nil]).reader()

        #expect(try row.text() == "a")
        #expect(try row.optionalText() == nil)
        #expect(try row.integer() == 7)
        #expect(try row.optionalInteger() == nil)
        #expect(try row.boolean() == true)
        #expect(try row.boolean() == false)
        #expect(try row.optionalBoolean() == nil)
    }

    @Test func `that holds something else says where, and not what`() {
        var row = Row(["secret"]).reader()

        #expect(throws: StorageError.unexpectedValue(column: 0, expected: "an integer", found: "text")) {
            try row.integer()
        }
    }

    @Test func `holds no boolean but 0 and 1`() {
        var row = Row([2]).reader()

        #expect(throws: StorageError.self) { try row.boolean() }
    }

    @Test func `that ends early is an error, not a trap`() throws {
        var row = Row([]).reader()

        #expect(throws: StorageError.self) { try row.optionalText() }
        #expect(throws: StorageError.self) { try row.text() }
    }
}
