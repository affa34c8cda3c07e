import PatchbayJSON
import Testing

@Suite struct ParsingTests {
    @Test func `a document of every kind reads`() throws {
        let text = " {\"a\": [1, 2.5,\r\n-3, \"x\",\tnull, true, false, {}, []]} "
        #expect(try JSON(parsing: text) == ["a": [1, 2.5, -3, "x", nil, true, false, [:], []]])
    }

    @Test func `bytes read the same from an array and from both kinds of buffer`() throws {
        let bytes = Array(#"{"a":[1,"b"]}"#.utf8)
        let value: JSON = ["a": [1, "b"]]
        #expect(try JSON(parsing: bytes) == value)
        #expect(try bytes.withUnsafeBufferPointer { try JSON(parsing: $0) } == value)
        #expect(try bytes.withUnsafeBytes { try JSON(parsing: $0) } == value)
    }

    @Test func `an empty buffer without an address is refused`() {
        #expect(throws: JSONError.self) { try JSON(parsing: UnsafeRawBufferPointer(start: nil, count: 0)) }
        #expect(throws: JSONError.self) { try JSON(parsing: "") }
    }

    @Test func `members keep their order`() throws {
        let object = try #require(try JSON(parsing: #"{"z":1,"a":2,"m":3}"#).object)
        #expect(object.names == ["z", "a", "m"])
    }

    @Test func `of members with the same name the last counts at the place of the first`() throws {
        let object = try #require(try JSON(parsing: #"{"a":1,"b":2,"a":3}"#).object)
        #expect(object.names == ["a", "b"])
        #expect(object["a"] == 3)
    }

    @Test func `a repeated name among many members counts once`() throws {
        let members = (0..<100).map { #""n\#($0 % 50)":\#($0)"# }.joined(separator: ",")
        let object = try #require(try JSON(parsing: "{\(members)}").object)
        #expect(object.count == 50)
        #expect(object["n7"] == 57)
    }

    @Test func `names that only look the same are two names`() throws {
        let object = try #require(try JSON(parsing: #"{"\u00e9":1,"e\u0301":2}"#).object)
        #expect(object.count == 2)
        #expect(object["\u{e9}"] == 1)
        #expect(object["e\u{301}"] == 2)
    }

    @Test func `an object of a hundred thousand members is whole`() throws {
        let members = (0..<100_000).map { "\"name\($0)\":\($0)" }.joined(separator: ",")
        let object = try #require(try JSON(parsing: "{\(members)}").object)
        #expect(object.count == 100_000)
        for probe in stride(from: 0, to: 100_000, by: 777) { #expect(object["name\(probe)"] == .int(Int64(probe))) }
        #expect(object["name100000"] == nil)
    }

    @Test func `nesting up to the limit is taken, one more is refused`() throws {
        let fits = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        #expect(try JSON(parsing: fits).text == fits)
        let error = #expect(throws: JSONError.self) { try JSON(parsing: "[\(fits)]") }
        #expect(error?.offset == 512)
        #expect(error?.message == "arrays and objects are nested more than 512 deep, which is the limit")
        #expect(throws: JSONError.self) { try JSON(parsing: "[[]]", limits: JSONLimits(depth: 1)) }
    }

    @Test(arguments: ["[", #"{"a":"#, #"[{"a":"#])
    func `a hundred thousand nested containers are refused without a crash`(opening: String) {
        #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: opening, count: 100_000)) }
    }

    @Test func `raising the limit costs no stack in the parser`() throws {
        let text = String(repeating: "[", count: 2_000) + "1" + String(repeating: "]", count: 2_000)
        #expect(try JSON(parsing: text, limits: JSONLimits(depth: 2_000)).text == text)
    }

    @Test func `a text longer than the limit is refused with both numbers`() throws {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: "[1,2]", limits: JSONLimits(bytes: 4)) }
        #expect(error?.message == "the text has 5 bytes, the limit is 4")
        #expect(try JSON(parsing: "[1,2]", limits: JSONLimits(bytes: 5)) == [1, 2])
    }
}
