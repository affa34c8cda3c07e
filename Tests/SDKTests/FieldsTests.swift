import ConnectorSDK
import PatchbayJSON
import Testing

private enum Shade: String, FieldChoice { case light, dark }

private struct Corner: Fields {
    @Field("Across.") var x: Int
    @Field("Down.", default: 7) var y: Int
}

private struct Picture: Fields {
    @Field("What it is called.", .length(1...10)) var title: String
    @Field("How many copies.", .range(1...5), default: 2) var copies: Int
    @Field("Light or dark.") var shade: Shade?
    @Field("Where its corners are.", .length(0...2)) var corners: [Corner]?
    @Field("Whatever else.", name: "extra") var anything: JSON?
    @Field("Its bytes.") var rawData: Bytes?
    @Field("Counts by colour.") var counts: [String: Int]?
    @Field("Where it begins.", default: Corner { $0.x = 1 }) var origin: Corner
    @Field("How heavy.") var weight: Double?
    @Field("Whether it hangs.", default: false) var isHung: Bool
}

@Suite struct FieldsTests {
    @Test func `members are read by name into typed properties`() throws {
        let picture = try Picture.read([
            "title": "Sea", "copies": 3, "shade": "dark", "corners": [["x": 1], ["x": 2, "y": 3]],
            "extra": [1, nil], "raw_data": "AP8Q", "counts": ["red": 4], "weight": 2, "is_hung": true,
        ])
        #expect(picture.title == "Sea")
        #expect(picture.copies == 3)
        #expect(picture.shade == .dark)
        #expect(picture.corners?.map(\.x) == [1, 2])
        #expect(picture.corners?.map(\.y) == [7, 3])
        #expect(picture.anything == [1, nil])
        #expect(picture.rawData?.bytes == [0x00, 0xFF, 0x10])
        #expect(picture.counts == ["red": 4])
        #expect(picture.weight == 2.0)
        #expect(picture.isHung)
    }

    @Test func `absent members take their defaults, or are nothing`() throws {
        let picture = try Picture.read(["title": "Sea", "shade": nil])
        #expect(picture.copies == 2)
        #expect(picture.shade == nil)
        #expect(picture.corners == nil)
        #expect(picture.origin.x == 1)
        #expect(picture.origin.y == 7)
        #expect(!picture.isHung)
    }

    @Test func `a value that was read and written is the same`() throws {
        let json: JSON = [
            "title": "Sea", "copies": 3, "shade": "dark", "corners": [["x": 1, "y": 2]], "raw_data": "AP8=",
            "counts": ["blue": 1, "red": 4], "origin": ["x": 0, "y": 0], "weight": 0.5, "is_hung": true,
        ]
        #expect(try Picture.read(json).json == json)
    }

    @Test func `every problem is told at once, each with its pointer`() throws {
        let error = try #require(throws: FieldProblems.self) {
            _ = try Picture.read([
                "copies": 9, "shade": "grey", "corners": [["x": "1"], ["y": 1, "z": 2]], "raw_data": "?",
                "counts": ["a/b": true], "titel": "Sea",
            ])
        }
        #expect(
            error.problems.map(\.pointer) == [
                "/title", "/copies", "/shade", "/corners/0/x", "/corners/1/x", "/corners/1/z", "/raw_data",
                "/counts/a~1b",
                "/titel",
            ])
        #expect(error.description.contains("`/copies` is 9, needs 1 to 5"))
        #expect(error.description.contains("and 4 more"))
    }

    @Test(
        arguments: [
            (JSON.null, "null"), (["Sea"], "an array"), ("Sea", "a string"), (1, "an integer"),
        ] as [(JSON, String)])
    func `what is no object is refused`(json: JSON, kind: String) throws {
        let error = #expect(throws: FieldProblems.self) { _ = try Picture.read(json) }
        #expect(error?.description == "`/` is \(kind), needs an object")
    }

    @Test func `rules bound texts, arrays and numbers`() throws {
        let long = #expect(throws: FieldProblems.self) { _ = try Picture.read(["title": "01234567890"]) }
        #expect(long?.description == "`/title` has 11 characters, needs 1 to 10")
        let many = #expect(throws: FieldProblems.self) {
            _ = try Picture.read(["title": "Sea", "corners": [["x": 1], ["x": 1], ["x": 1]]])
        }
        #expect(many?.description == "`/corners` has 3 elements, needs 0 to 2")
        let wide = #expect(throws: FieldProblems.self) { _ = try Picture.read(["title": "Sea", "copies": 1.5]) }
        #expect(wide?.description == "`/copies` is a number, needs a whole number of 64 bits")
    }

    @Test func `the schema says what the declaration says`() throws {
        let properties = try #require(Picture.schema["properties"]?.object)
        #expect(Picture.schema["required"] == ["title"])
        #expect(Picture.schema["additionalProperties"] == false)
        #expect(
            properties.names == [
                "title", "copies", "shade", "corners", "extra", "raw_data", "counts", "origin", "weight", "is_hung",
            ])
        #expect(
            properties["title"] == [
                "type": "string", "description": "What it is called.", "minLength": 1, "maxLength": 10,
            ])
        #expect(
            properties["copies"] == [
                "type": "integer", "description": "How many copies.", "minimum": 1, "maximum": 5, "default": 2,
            ])
        #expect(properties["shade"]?["enum"] == ["light", "dark"])
        #expect(properties["corners"]?["items"]?["required"] == ["x"])
        #expect(properties["corners"]?["maxItems"] == 2)
        #expect(properties["origin"]?["default"] == ["x": 1, "y": 7])
        #expect(properties["raw_data"]?["contentEncoding"] == "base64")
        #expect(properties["counts"]?["additionalProperties"] == ["type": "integer"])
    }

    @Test(arguments: [[], [1], [1, 2], [1, 2, 3], Array(0...255)] as [[UInt8]])
    func `bytes survive base 64`(bytes: [UInt8]) throws {
        #expect(try Bytes.read(Bytes(bytes).json).bytes == bytes)
    }

    @Test(arguments: ["A", "AAA", "=AAA", "AA=A", "A===", "AA A", "AA-_"])
    func `what is no base 64 is refused`(text: String) {
        #expect(throws: FieldProblems.self) { try Bytes.read(.string(text)) }
    }

    @Test func `values have value semantics`() throws {
        var a = try Corner.read(["x": 1])
        let b = a
        a.x = 2
        #expect(b.x == 1)
    }
}
