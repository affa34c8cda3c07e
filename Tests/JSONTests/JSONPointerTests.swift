import PatchbayJSON
import Testing

@Suite struct JSONPointerTests {
    /// The document of RFC 6901, section 5.
    private let document: JSON = [
        "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8,
    ]

    @Test(
        arguments: [
            ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/c%d", 2), ("/e^f", 3), ("/g|h", 4),
            ("/i\\j", 5), ("/k\"l", 6), ("/ ", 7), ("/m~0n", 8),
        ] as [(String, JSON)])
    func `the examples of the RFC are found`(text: String, value: JSON) throws {
        let pointer = try #require(JSONPointer(text))
        #expect(document.value(at: pointer) == value)
        #expect(pointer.description == text)
    }

    @Test func `an empty pointer is the whole value`() throws {
        let pointer = try #require(JSONPointer(""))
        #expect(document.value(at: pointer) == document)
        #expect(pointer.description == "")
        #expect(pointer == JSONPointer())
    }

    @Test(arguments: ["a", "foo/bar", "/~", "/~2", "/a~", "/~~0", "#/a", "/a~/b"])
    func `what is no pointer is refused`(text: String) {
        #expect(JSONPointer(text) == nil)
    }

    @Test(arguments: ["/nothing", "/foo/2", "/foo/-1", "/foo/01", "/foo/-", "/foo/+1", "/foo/", "/a~1b/x", "/foo/0/0"])
    func `what is not there is nil`(text: String) throws {
        #expect(document.value(at: try #require(JSONPointer(text))) == nil)
    }

    @Test func `tokens are appended with their escapes`() {
        let pointer = JSONPointer().appending("a/b~c").appending(3).appending("")
        #expect(pointer.description == "/a~1b~0c/3/")
        #expect(JSONPointer(pointer.description) == pointer)
        #expect(JSONPointer("/~01") == JSONPointer(tokens: ["~1"]))
    }
}
