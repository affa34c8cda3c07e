import PatchbayExpressions
import PatchbayJSON
import Testing

@Suite struct JSONPathLimitTests {
    private let wide: JSON = .array((0..<300).map { _ in .array((0..<100).map { .int(Int64($0)) }) })

    @Test(arguments: [
        "$..*..*..*..*", "$..[*,*,*,*]..[*,*,*,*]..[*,*,*,*]", "$[*][?count($..*) > 1]",
        "$[?count($..[?count($..*)>0])>0]",
        "$..[::1,::1,::1,::1,::1,::1,::1,::1,::1,::1,::1,::1,::1,::1,::1,::1,::1,::1,::1,::1,::1]",
        "$..[?@==$]..[?@==$]",
    ])
    func `a query that would never end is given up`(query: String) throws {
        let path = try JSONPath(query)
        let limits = JSONPathLimits(visits: 200_000, results: 50_000)
        do {
            let nodes = try path.evaluate(wide, limits: limits)
            #expect(nodes.count <= 50_000)
        } catch {
            #expect(error.code == .limit)
        }
    }

    @Test func `limits say what they are`() throws {
        let visits = #expect(throws: JSONPathError.self) {
            try JSONPath("$..*..*..*..*").evaluate(wide, limits: JSONPathLimits(visits: 1_000))
        }
        #expect(visits?.message == "the query looks at more than 1000 values")
        let results = #expect(throws: JSONPathError.self) {
            try JSONPath("$[*][*]").evaluate(wide, limits: JSONPathLimits(results: 10))
        }
        #expect(results?.message == "the query selects more than 10 values")
    }

    @Test func `a document as deep as the parser takes is searched to its end`() throws {
        let depth = 511
        let text = String(repeating: "{\"a\":[", count: depth / 2) + "1" + String(repeating: "]}", count: depth / 2)
        let document = try JSON(parsing: text)
        let nodes = try JSONPath("$..*").evaluate(document)
        #expect(nodes.count == depth - 1)
        #expect(nodes.last?.path.steps.count == depth - 1)
        #expect(try JSONPath("$..[?@ == 1]").evaluate(document).count == 1)
    }

    @Test func `a document that is nested far deeper needs no stack`() throws {
        var document: JSON = []
        for _ in 0..<8_000 { document = [document] }
        #expect(try JSONPath("$..[?count(@.*) == 0]").evaluate(document).count == 1)
        #expect(try !JSONPath("$..a").selectsAnything(in: document))
    }

    @Test func `long and deep queries are refused or read, without a crash`() throws {
        #expect(throws: JSONPathError.self) { try JSONPath("$" + String(repeating: "[0]", count: 100_000)) }
        _ = try JSONPath("$" + String(repeating: "[0]", count: 20_000)).evaluate(wide)
        for (open, close) in [("[?@", "]"), ("[?(", ")]"), ("[?count($", ")>0]"), ("[?!(", ")]")] {
            let deep = "$" + String(repeating: open, count: 2_000) + String(repeating: close, count: 2_000)
            #expect(throws: JSONPathError.self) { try JSONPath(deep) }
        }
        let nested = "$" + String(repeating: "[?@", count: 30) + String(repeating: "]", count: 30)
        _ = try JSONPath(nested).evaluate(wide)
        #expect(throws: JSONPathError.self) { try JSONPath("$[?" + String(repeating: "(", count: 1_000)) }
        #expect(throws: JSONPathError.self) { try JSONPath("$[?" + String(repeating: "!", count: 1_000)) }
    }

    @Test func `regular expressions from the document are counted`() throws {
        let document: JSON = .array(
            (0..<2_000).map { ["p": .string("(a+)+\($0)$"), "t": "aaaaaaaaaaaaaaaaaaaaaaaaaaaa!"] })
        let error = #expect(throws: JSONPathError.self) {
            try JSONPath("$[?match(@.t, @.p)]").evaluate(document, limits: JSONPathLimits(visits: 100_000))
        }
        #expect(error?.code == .limit)
    }
}
