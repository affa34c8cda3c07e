import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import Testing

struct GraphPlanningTests {
    private let planner = Planner(catalogue: FixtureCatalogue())

    /// Nodes by id: `m…` manual, `c…` condition, others set; edges as `a>b` or `c:true>b`.
    private func problems(_ ids: String, _ edges: String, reads: [String: String] = [:]) -> [Problem] {
        let nodes = ids.split(separator: " ").map(String.init).map { id -> JSON in
            switch id.first {
            case "m": return ["id": .string(id), "type": "manual"]
            case "c": return ["id": .string(id), "type": "condition", "config": ["if": "{{ input.ok }}"]]
            default:
                let value = reads[id].map { "{{ steps.\($0).output }}" } ?? ""
                return ["id": .string(id), "type": "set", "config": ["values": ["v": .string(value)]]]
            }
        }
        let ways = edges.split(separator: " ").map { edge -> JSON in
            let ends = edge.split(separator: ">").map(String.init)
            let source = ends[0].split(separator: ":").map(String.init)
            let json: JSON = ["source": .string(source[0]), "target": .string(ends[1])]
            return source.count == 2 ? json.with("port", .string(source[1])) : json
        }
        return planner.plan(["name": "w", "nodes": .array(nodes), "edges": .array(ways)]).problems
    }

    @Test(arguments: [
        ("m a b", "m>a a>b b>a", "a -> b -> a"), ("m a", "m>a a>a", "a -> a"),
        ("m a b d e", "m>a a>b b>d d>b b>e e>b", "b -> d -> b"), ("m b a d", "m>b b>a a>d d>b d>a", "b -> a -> d -> b"),
    ])
    func `a cycle is named`(ids: String, edges: String, cycle: String) {
        let found = problems(ids, edges)
        #expect(found.map(\.code) == ["cycle"])
        #expect(found.first?.message == "the nodes form a cycle: \(cycle)")
    }

    @Test func `every knot has its cycle`() {
        let found = problems("m a b d e f", "m>a a>b b>a b>d d>e e>f f>d")
        #expect(
            found.map(\.message) == [
                "the nodes form a cycle: a -> b -> a", "the nodes form a cycle: d -> e -> f -> d",
            ])
    }

    @Test func `nodes that no trigger leads to are named`() {
        let found = problems("m a b d", "m>a b>d")
        #expect(found.map(\.code) == ["unreachable", "unreachable"])
        #expect(found.map(\.node) == ["b", "d"])
        #expect(found.map(\.pointer) == ["/nodes/2", "/nodes/3"])
    }

    @Test func `a workflow needs a trigger`() {
        #expect(problems("a b", "a>b").map(\.code) == ["no-trigger"])
        #expect(problems("", "").map(\.code) == ["no-trigger"])
    }

    @Test(arguments: [
        ("m c a", "m>c c>a", "missing-port", "/edges/1"), ("m c a", "m>c c:yes>a", "unknown-port", "/edges/1/port"),
        ("m a", "m:true>a", "unknown-port", "/edges/0/port"), ("m a", "m>a m>a", "duplicate-edge", "/edges/1"),
        ("m m2 a", "m>a m>m2", "edge-into-trigger", "/edges/1/target"),
    ])
    func `edges that mean nothing are named`(ids: String, edges: String, code: String, pointer: String) {
        let found = problems(ids, edges)
        #expect(found.map(\.code) == [code])
        #expect(found.map(\.pointer) == [pointer])
    }

    @Test func `both ports of a condition may lead to one node`() {
        #expect(problems("m c a", "m>c c:true>a c:false>a") == [])
    }

    @Test(arguments: [
        ("m a b", "m>a m>b", ["b": "a"], "\"b\" reads the output of \"a\", which does not run before it"),
        ("m a b", "m>a a>b", ["a": "b"], "\"a\" reads the output of \"b\", which does not run before it"),
        ("m a", "m>a", ["a": "a"], "\"a\" reads its own output, which is not there yet"),
    ])
    func `a step that is read must run before`(ids: String, edges: String, reads: [String: String], message: String) {
        let found = problems(ids, edges, reads: reads)
        #expect(found.map(\.code) == ["step-order"])
        #expect(found.map(\.message) == [message])
        #expect(found.first?.pointer.hasSuffix("/config/values/v") == true)
    }

    @Test func `steps far ahead and on one of several ways may be read`() {
        #expect(problems("m a b d", "m>a a>b b>d", reads: ["d": "a"]) == [])
        #expect(problems("m c a b d", "m>c c:true>a c:false>b a>d b>d", reads: ["d": "b"]) == [])
        #expect(problems("m a", "m>a", reads: ["a": "m"]) == [])
    }

    @Test func `a thousand nodes in a row, and in one cycle, are planned`() {
        let ids = ["m"] + (1..<1000).map { "n\($0)" }
        let row = zip(ids, ids.dropFirst()).map { "\($0)>\($1)" }.joined(separator: " ")
        #expect(problems(ids.joined(separator: " "), row, reads: ["n999": "n1"]) == [])
        let found = problems(ids.joined(separator: " "), row + " n999>n1")
        #expect(found.map(\.code) == ["cycle"])
        #expect(found.first?.message.hasSuffix(" -> … -> n1") == true)
    }
}
