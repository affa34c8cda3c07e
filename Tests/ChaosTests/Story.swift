import PatchbayCore
import PatchbayJSON

/// A workflow of the chaos test: what it is, and what has to have happened when one of its runs has ended.
struct Story: Sendable {
    let name: String
    /// `@child` stands for the id of the story it runs.
    let document: JSON
    /// How a run ends.
    var status = RunStatus.completed
    /// Effects that a run with the input `{"n": n}` must have, by what it says to the receiver.
    var effects: @Sendable (Int64) -> Set<String> = { _ in [] }
    /// Effects that it may have besides.
    var possibleEffects: Set<String> = []
    /// What the node `end` gives; nil when there is no such node.
    var output: (@Sendable (Int64) -> JSON)?
    /// Whether somebody cancels its runs.
    var isCancelled = false
    /// The event that somebody sends to its runs.
    var event: String?
    /// The name of the story that its runs run; it stands before this one.
    var child: String?

    /// - Parameter ids: of the workflows that are saved already, by name.
    func document(after ids: [String: String]) throws -> JSON {
        guard let child else { return document }
        return try JSON(parsing: document.text.replacing("@child", with: ids[child] ?? ""))
    }
}

/// Documents in a few words: nodes as JSON, edges such as `"a > b"` or `"a:true > b"`.
struct StoryWriter {
    /// The receiver's address.
    let url: String

    func document(_ name: String, _ nodes: [JSON], _ edges: [String]) -> JSON {
        var graph = graph([["id": "start", "type": "manual"]] + nodes, edges).object ?? [:]
        graph["name"] = .string(name)
        return .object(graph)
    }

    func graph(_ nodes: [JSON], _ edges: [String] = []) -> JSON {
        ["nodes": .array(nodes), "edges": .array(edges.map(edge))]
    }

    func node(_ id: String, _ type: String, _ config: JSON = [:], _ more: JSONObject = [:]) -> JSON {
        var object: JSONObject = ["id": .string(id), "type": .string(type)]
        if config != [:] { object["config"] = config }
        for member in more { object[member.name] = member.value }
        return .object(object)
    }

    func set(_ id: String, _ value: JSON) -> JSON { node(id, "set", ["values": ["v": value]]) }

    /// An action with an effect: says `what` to the receiver.
    func tell(_ id: String, _ what: String, path: String = "/effect", _ more: JSONObject = [:]) -> JSON {
        var object: JSONObject = ["id": .string(id), "type": "action"]
        for member in call(what, path: path).object ?? [:] { object[member.name] = member.value }
        for member in more { object[member.name] = member.value }
        return .object(object)
    }

    func call(_ what: String, path: String = "/effect") -> JSON {
        [
            "uses": "http/request",
            "input": [
                "method": "POST", "url": .string(url + path), "idempotency_header": "Idempotency-Key",
                "json": ["run": "{{ run.id }}", "what": .string(what)],
            ],
            "retry": ["attempts": 4, "initial": "200ms"],
        ]
    }

    private func edge(_ text: String) -> JSON {
        let ends = text.split(separator: " > ").map(String.init)
        let source = ends[0].split(separator: ":").map(String.init)
        var object: JSONObject = ["source": .string(source[0]), "target": .string(ends[1])]
        if source.count == 2 { object["port"] = .string(source[1]) }
        return .object(object)
    }
}

extension Story {
    /// All kinds of nodes, in workflows that each end as they must whatever dies meanwhile.
    static func all(telling url: String) -> [Story] {
        let writer = StoryWriter(url: url)
        return [
            line(writer), loops(writer), ways(writer), guarded(writer), waiting(writer), undone(writer),
            answered(writer), cancelled(writer), parent(writer), called(writer),
        ]
    }

    private static func line(_ w: StoryWriter) -> Story {
        let nodes = [
            w.set("double", "{{ input.n * 2 }}"), w.tell("first", "first"),
            w.node("is_even", "condition", ["if": "{{ input.n % 2 == 0 }}"]),
            w.tell("even", "even"), w.set("odd", "odd"), w.node("both", "aggregate", ["as": "object"]),
            w.node(
                "end", "transform",
                ["value": ["double": "{{ steps.double.output.v }}", "said": "{{ steps.first.output.body.what }}"]]),
        ]
        let edges = [
            "start > double", "double > first", "first > is_even", "is_even:true > even", "is_even:false > odd",
            "even > both", "odd > both", "both > end",
        ]
        return Story(
            name: "line", document: w.document("line", nodes, edges),
            effects: { $0.isMultiple(of: 2) ? ["first", "even"] : ["first"] },
            output: { ["double": .int($0 * 2), "said": "first"] })
    }

    private static func loops(_ w: StoryWriter) -> Story {
        let each = w.graph(
            [
                w.tell("one", "one-{{ string(steps.each.output.index) }}"),
                w.set("made", "{{ steps.one.output.body.what }}"),
            ], ["one > made"])
        let count = w.graph([w.set("turn", "{{ steps.count.output.index }}")])
        let nodes = [
            w.node("each", "loop", ["items": [0, 1, 2, 3, 4], "concurrency": 3], ["body": each]),
            w.node("count", "loop", ["while": "{{ steps.count.output.index < 3 }}", "most": 10], ["body": count]),
            w.node(
                "end", "transform",
                ["value": ["all": "{{ steps.each.output.map(x, x.v) }}", "last": "{{ steps.count.output.v }}"]]),
        ]
        let names = (0..<5).map { "one-\($0)" }
        return Story(
            name: "loops", document: w.document("loops", nodes, ["start > each", "each > count", "count > end"]),
            effects: { _ in Set(names) },
            output: { _ in ["all": .array(names.map(JSON.string)), "last": 2] })
    }

    private static func ways(_ w: StoryWriter) -> Story {
        let cases: JSON = [["port": "zero", "equals": 0], ["port": "one", "in": [1]]]
        let branches: JSON = [
            "left": w.graph([w.tell("l", "left")]), "right": w.graph([w.tell("r", "right")]),
        ]
        let nodes = [
            w.node("pick", "switch", ["value": "{{ input.n % 3 }}", "cases": cases]),
            w.set("none", "zero"), w.set("single", "one"), w.set("many", "two"),
            w.node("chosen", "merge", ["wait": "any"]),
            w.node("beside", "parallel", [:], ["branches": branches]),
            w.set("quick", 1), w.node("slow", "wait", ["duration": "1h"]),
            w.node("fastest", "merge", ["wait": "first", "count": 1]),
            w.node("end", "transform", ["value": "{{ steps.chosen.output.v }}"]),
        ]
        let edges = [
            "start > pick", "pick:zero > none", "pick:one > single", "pick:default > many", "none > chosen",
            "single > chosen", "many > chosen", "chosen > beside", "beside > quick", "beside > slow",
            "quick > fastest", "slow > fastest", "fastest > end",
        ]
        return Story(
            name: "ways", document: w.document("ways", nodes, edges), effects: { _ in ["left", "right"] },
            output: { ["zero", "one", "two"][Int($0 % 3)] })
    }

    private static func guarded(_ w: StoryWriter) -> Story {
        let path = "{{ input.n % 2 == 0 ? '/effect' : '/refuse' }}"
        let parts: JSONObject = [
            "body": w.graph([w.tell("risky", "risky", path: path)]),
            "catch": w.graph([w.tell("amends", "caught")]),
            "finally": w.graph([w.tell("tidy", "tidied")]),
        ]
        let nodes = [w.node("guard", "try", [:], parts), w.set("end", "{{ input.n }}")]
        return Story(
            name: "guarded", document: w.document("guarded", nodes, ["start > guard", "guard > end"]),
            effects: { $0.isMultiple(of: 2) ? ["risky", "tidied"] : ["risky", "caught", "tidied"] },
            output: { ["v": .int($0)] })
    }

    private static func waiting(_ w: StoryWriter) -> Story {
        let nodes = [
            w.node("short", "wait", ["duration": "300ms"]), w.node("long", "wait", ["duration": "3s"]),
            w.tell("awake", "awake"), w.set("end", "{{ input.n }}"),
        ]
        let edges = ["start > short", "short > long", "long > awake", "awake > end"]
        return Story(
            name: "waiting", document: w.document("waiting", nodes, edges), effects: { _ in ["awake"] },
            output: { ["v": .int($0)] })
    }

    private static func undone(_ w: StoryWriter) -> Story {
        let nodes = [
            w.tell("charge", "charged", ["compensate": w.call("refunded")]),
            w.tell("ship", "shipped", ["compensate": w.call("returned")]),
            w.node("enough", "stop", ["status": "failed", "message": "enough"]),
        ]
        let edges = ["start > charge", "charge > ship", "ship > enough"]
        return Story(
            name: "undone", document: w.document("undone", nodes, edges), status: .failed,
            effects: { _ in ["charged", "shipped", "returned", "refunded"] })
    }

    private static func answered(_ w: StoryWriter) -> Story {
        let nodes = [
            w.node("answer", "respond", ["status": 202, "body": ["n": "{{ input.n }}"]]), w.tell("more", "more"),
            w.node("end", "stop", ["status": "completed", "output": "{{ input.n }}"]),
        ]
        return Story(
            name: "answered",
            document: w.document("answered", nodes, ["start > answer", "answer > more", "more > end"]),
            effects: { _ in ["more"] }, output: { .int($0) })
    }

    private static func cancelled(_ w: StoryWriter) -> Story {
        let parts: JSONObject = [
            "body": w.graph([w.node("forever", "wait", ["event": "never", "timeout": "1h"])]),
            "finally": w.graph([w.tell("close", "closed")]),
        ]
        return Story(
            name: "cancelled", document: w.document("cancelled", [w.node("hold", "try", [:], parts)], ["start > hold"]),
            status: .cancelled, possibleEffects: ["closed"], isCancelled: true)
    }

    private static func parent(_ w: StoryWriter) -> Story {
        let config: JSON = ["workflow": "@child", "version": 1, "input": ["n": "{{ input.n }}"]]
        let nodes = [
            w.node("inner", "workflow", config), w.tell("after", "after"),
            w.node("end", "transform", ["value": "{{ steps.inner.output.double }}"]),
        ]
        return Story(
            name: "parent", document: w.document("parent", nodes, ["start > inner", "inner > after", "after > end"]),
            effects: { _ in ["after"] }, output: { .int($0 * 2) }, child: "line")
    }

    private static func called(_ w: StoryWriter) -> Story {
        let config: JSON = ["event": "go", "match": ["n": "{{ input.n }}"], "timeout": "1h"]
        let nodes = [
            w.node("call", "wait", config), w.tell("heard", "heard"), w.set("end", "{{ steps.call.output.payload.n }}"),
        ]
        return Story(
            name: "called", document: w.document("called", nodes, ["start > call", "call > heard", "heard > end"]),
            effects: { _ in ["heard"] }, output: { ["v": .int($0)] }, event: "go")
    }
}
