import PatchbayCore
import PatchbayJSON
import Testing

/// Through the loaded library, as the engine calls it.
@Suite(.timeLimit(.minutes(5)))
struct TransformTests {
    private func transform() async throws -> Caller { try await ConnectorBench.shared.value.caller("transform") }

    @Test func `JMESPath reshapes data`() async throws {
        let output = try await transform().call(
            "jmespath",
            [
                "expression": "orders[?state == 'open'].{id: id, total: sum(lines[].price)}",
                "data": [
                    "orders": [
                        ["id": 1, "state": "open", "lines": [["price": 2], ["price": 3]]],
                        ["id": 2, "state": "done", "lines": []],
                    ]
                ],
            ])
        #expect(output["result"] == [["id": 1, "total": 5]])
        let nothing = try await transform().call("jmespath", ["expression": "a.b", "data": [:]])
        #expect(nothing == ["result": nil])
    }

    @Test func `CEL maps, filters and reduces`() async throws {
        let transform = try await transform()
        let items: JSON = [["n": 1], ["n": 2], ["n": 3]]
        let mapped = try await transform.call(
            "cel_map",
            ["items": items, "expression": "{'n': item.n * vars.by, 'i': index}", "vars": ["by": 10]])
        #expect(mapped["items"] == [["n": 10, "i": 0], ["n": 20, "i": 1], ["n": 30, "i": 2]])
        let kept = try await transform.call("cel_filter", ["items": items, "expression": "item.n % 2 == 1"])
        #expect(kept == ["items": [["n": 1], ["n": 3]], "count": 2, "rejected": 1])
        let sum = try await transform.call(
            "cel_reduce", ["items": items, "initial": 0, "expression": "accumulator + item.n * index"])
        #expect(sum["result"] == 8)
        let empty = try await transform.call("cel_reduce", ["items": [], "expression": "accumulator"])
        #expect(empty == ["result": nil])
    }

    @Test func `an expression at fault is told with its place`() async throws {
        let transform = try await transform()
        let syntax = await transform.failure("cel_map", ["items": [], "expression": "item.("])
        #expect(syntax?.code == .invalidInput)
        #expect(syntax?.pointer == "/expression")
        let name = await transform.failure("cel_map", ["items": [], "expression": "itm.n"])
        #expect(name?.pointer == "/expression")
        #expect(name?.message.contains("itm") == true)
        let missing = await transform.failure("cel_map", ["items": [["a": 1], [:]], "expression": "item.a"])
        #expect(missing?.pointer == "/items/1")
        let condition = await transform.failure("cel_filter", ["items": [1], "expression": "item + 1"])
        #expect(condition?.pointer == "/expression")
        let path = await transform.failure("jmespath", ["expression": "a[", "data": [:]])
        #expect(path?.pointer == "/expression")
        #expect(path?.effect == OperationFailure.Effect.none)
    }

    @Test func `an expression cannot run on and on`() async throws {
        let list = String(repeating: "[1,2,3,4,5,6,7,8,9].map(x, ", count: 8) + "1" + String(repeating: ")", count: 8)
        let failure = try await transform().failure("cel_map", ["items": [1], "expression": .string(list)])
        #expect(failure?.code == .invalidInput)
    }

    @Test func `a table goes to JSON and back`() async throws {
        let transform = try await transform()
        let csv = "id,name,note\r\n1,\"Hopper, Grace\",\r\n2,\"say \"\"hi\"\"\",\"two\r\nlines\"\r\n"
        let read = try await transform.call("csv_to_json", ["csv": .string(csv), "infer_types": true])
        #expect(
            read["rows"] == [
                ["id": 1, "name": "Hopper, Grace", "note": nil],
                ["id": 2, "name": "say \"hi\"", "note": "two\r\nlines"],
            ])
        #expect(read["columns"] == ["id", "name", "note"])
        let written = try await transform.call("json_to_csv", ["rows": read["rows"] ?? nil])
        #expect(written["csv"]?.string == csv)
        let arrays = try await transform.call(
            "csv_to_json", ["csv": "1;2\n3;4\n", "delimiter": ";", "header": false])
        #expect(arrays["rows"] == [["1", "2"], ["3", "4"]])
        let back = try await transform.call(
            "json_to_csv", ["rows": arrays["rows"] ?? nil, "delimiter": ";", "line_ending": "lf"])
        #expect(back["csv"] == "1;2\n3;4\n")
    }

    @Test(arguments: [
        ("a,b\n1,2\n3\n", "line 3: row 2 has 1 fields, the header has 2"),
        ("a,b\n\"x\ny\",2\n1,2,3", "line 4: row 2 has 3 fields, the header has 2"), ("a,a\n", "`a` twice"),
        ("a,\n", "column 2 of the header has no name"), ("a\n\"b", "never closed"),
    ])
    func `a table that is none is refused with its line`(csv: String, words: String) async throws {
        let failure = try await transform().failure("csv_to_json", ["csv": .string(csv)])
        #expect(failure?.pointer == "/csv")
        #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
    }

    @Test func `rows of another kind are refused`() async throws {
        let transform = try await transform()
        let mixed = await transform.failure("json_to_csv", ["rows": [["a": 1], [2]]])
        #expect(mixed?.pointer == "/rows/1")
        let wide = await transform.failure("json_to_csv", ["rows": [[1, 2, 3]], "columns": ["a", "b"]])
        #expect(wide?.pointer == "/rows/0")
        let delimiter = await transform.failure("csv_to_json", ["csv": "a", "delimiter": "\""])
        #expect(delimiter?.pointer == "/delimiter")
    }

    @Test func `a document goes to JSON and back`() async throws {
        let transform = try await transform()
        let xml = "<order id=\"7\"><line>a</line><line>b</line><paid/><to city=\"Oslo\">Ada</to></order>"
        let read = try await transform.call("xml_to_json", ["xml": .string(xml), "arrays": ["to"]])
        #expect(
            read["json"] == [
                "order": ["@id": "7", "line": ["a", "b"], "paid": nil, "to": [["@city": "Oslo", "#text": "Ada"]]]
            ])
        let back = try await transform.call("json_to_xml", ["json": read["json"] ?? nil, "declaration": false])
        #expect(back["xml"]?.string == xml)
    }

    @Test func `the ordered form keeps mixed text`() async throws {
        let transform = try await transform()
        let xml = "<p a=\"1\">A <b>bold</b> word<br/>, <b>twice</b>.</p>"
        let read = try await transform.call("xml_to_json", ["xml": .string(xml), "form": "ordered"])
        let back = try await transform.call(
            "json_to_xml", ["json": read["json"] ?? nil, "form": "ordered", "declaration": false])
        #expect(back["xml"]?.string == xml)
    }

    @Test func `JSON that is no document is refused`() async throws {
        let transform = try await transform()
        let two = await transform.failure("json_to_xml", ["json": ["a": 1, "b": 2]])
        #expect(two?.pointer == "/json")
        let name = await transform.failure("json_to_xml", ["json": ["a b": 1]])
        #expect(name?.message.contains("a b") == true)
        let attribute = await transform.failure("json_to_xml", ["json": ["a": ["@x": [:]]]])
        #expect(attribute?.pointer == "/json/a/@x")
        let nested = await transform.failure("json_to_xml", ["json": ["a": ["b": [[1]]]]])
        #expect(nested?.pointer == "/json/a/b/0")
        let type = await transform.failure("xml_to_json", ["xml": "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"])
        #expect(type?.pointer == "/xml")
    }
}
