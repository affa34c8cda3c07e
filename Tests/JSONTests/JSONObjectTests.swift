import PatchbayJSON
import Testing

@Suite struct JSONObjectTests {
    /// Small objects are searched one by one, large ones through an index: both must behave the same.
    private static let sizes = [0, 1, 2, 15, 16, 17, 18, 31, 32, 33, 200]

    private func object(of size: Int) -> JSONObject {
        var object = JSONObject(minimumCapacity: size)
        for number in 0..<size { object["n\(number)"] = .int(Int64(number)) }
        return object
    }

    @Test(arguments: sizes)
    func `every member is found and nothing else`(size: Int) {
        let object = object(of: size)
        #expect(object.count == size)
        for number in 0..<size { #expect(object["n\(number)"] == .int(Int64(number))) }
        #expect(object["n\(size)"] == nil)
        #expect(object[""] == nil)
        #expect(object.names == (0..<size).map { "n\($0)" })
    }

    @Test(arguments: sizes.dropFirst())
    func `setting a member keeps its place and answers the old value`(size: Int) {
        var object = object(of: size)
        #expect(object.updateValue("new", named: "n0") == 0)
        #expect(object.updateValue("more", named: "other") == nil)
        #expect(object.first?.name == "n0")
        #expect(object["n0"] == "new")
        #expect(object.last?.name == "other")
        #expect(object.count == size + 1)
    }

    @Test(arguments: sizes.dropFirst())
    func `removing a member keeps the others in order`(size: Int) {
        var object = object(of: size)
        #expect(object.removeValue(named: "n0") == 0)
        #expect(object.removeValue(named: "n0") == nil)
        object["absent"] = nil
        #expect(object.names == (1..<size).map { "n\($0)" })
        for number in 1..<size { #expect(object["n\(number)"] == .int(Int64(number))) }
        for number in 1..<size { object["n\(number)"] = nil }
        #expect(object.isEmpty)
        object["n1"] = 1
        #expect(object["n1"] == 1)
    }

    @Test func `a copy does not see what happens to the original`() {
        var original = object(of: 100)
        let copy = original
        original["n1"] = nil
        original["n2"] = "changed"
        original["new"] = true
        #expect(copy.count == 100)
        #expect(copy["n1"] == 1)
        #expect(copy["n2"] == 2)
        #expect(copy["new"] == nil)
        #expect(original["n1"] == nil)
        #expect(original["n99"] == 99)
    }

    @Test func `names of one hash table differ byte by byte`() {
        var object = object(of: 50)
        object["\u{e9}"] = 1
        object["e\u{301}"] = 2
        #expect(object.count == 52)
        #expect(object["\u{e9}"] == 1)
        #expect(object["e\u{301}"] == 2)
    }

    @Test func `it is a collection of members`() {
        let object: JSONObject = ["a": 1, "b": 2, "a": 3]
        #expect(object.map(\.name) == ["a", "b"])
        #expect(object[0].value == 3)
        #expect(object[1].name == "b")
        #expect(JSONObject.Member(name: "x", value: 1).name == "x")
    }
}
