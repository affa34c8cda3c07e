import Foundation
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySchemas
import Testing

/// A kind's schema and its reader say the same. That no schema is stricter than its reader is also shown by every document
/// that other tests plan.
@Suite("Schemas of node kinds")
struct NodeSchemaTests {
    private typealias Doc = FlowDocument

    @Test(arguments: NodeKind.allCases)
    func `every kind has a schema, and its example fits`(kind: NodeKind) throws {
        let schema = try Schema(kind.jsonSchema)
        let example = try #require(kind.jsonSchema["examples"]?[0])
        #expect(schema.validate(example).map(\.message) == [])
        #expect(example["type"]?.string == kind.rawValue)
        #expect(NodeSchemas.violations(ofNode: example) == [])
    }

    @Test(arguments: NodeKind.allCases)
    func `people are told of every member, and its default and examples fit`(kind: NodeKind) throws {
        for (name, member) in Self.members(of: kind.jsonSchema) where member != false && member != true {
            #expect(member["title"]?.string?.isEmpty == false, "\(name)")
            #expect(member["description"]?.string?.isEmpty == false, "\(name)")
            let schema = try Schema(member)
            for value in [member["default"]].compactMap(\.self) + (member["examples"]?.array ?? []) {
                #expect(schema.validate(value).map(\.message) == [], "\(name): \(value.text)")
            }
        }
    }

    /// The members of a schema of an object, and of the objects and lists in it.
    private static func members(of schema: JSON) -> [(String, JSON)] {
        (schema["properties"]?.object ?? [:]).flatMap { member in
            let inner = [member.value, member.value["items"] ?? .null].flatMap { members(of: $0) }
            return [(member.name, member.value)] + inner.map { ("\(member.name).\($0.0)", $0.1) }
        }
    }

    @Test func `every example of the guide fits`() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Host/Docs")
        let pages = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
        var count = 0
        for page in pages where page.hasSuffix(".md") || page.hasPrefix("examples/") {
            let text = try String(contentsOf: folder.appendingPathComponent(page), encoding: .utf8)
            let blocks = text.components(separatedBy: "```json\n").dropFirst().map {
                $0.components(separatedBy: "```")[0]
            }
            for block in page.hasSuffix(".md") ? blocks : [text] {
                let json = try JSON(parsing: block)
                let nodes = json["nodes"]?.array ?? (json["type"] != nil && json["id"] != nil ? [json] : [])
                // The short form of actions, and spellings of editors, are brought into the canonical form first.
                for node in nodes where NodeKind(rawValue: node["type"]?.string ?? "") != nil {
                    count += 1
                    #expect(NodeSchemas.violations(ofNode: node) == [], "\(page)")
                }
            }
        }
        #expect(count > 30)
    }

    @Test(arguments: Self.wrong)
    func `what its schema does not allow, a kind's reader refuses too`(node: JSON) throws {
        let type = try #require(node["type"]?.string)
        let schema = try #require(NodeSchemas.byKind[type])
        #expect(schema.validate(node) != [], "the schema takes \(node.text)")
        var object = try #require(node.object)
        let id = object["id"] ?? "x"
        object["id"] = id
        let kind = try #require(NodeKind(rawValue: type))
        let document =
            kind.isTrigger
            ? Doc.graph([.object(object)]).with("name", "flow")
            : Doc.workflow([.object(object)], id.string == "x" ? ["hook > x"] : [])
        let problems = Doc.problems(document)
        #expect(!problems.isEmpty, "the reader takes \(node.text)")
        let pointer = kind.isTrigger ? "/nodes/0" : "/nodes/1"
        #expect(problems.contains { $0.pointer.hasPrefix(pointer) }, "\(problems)")
    }

    private static func node(_ type: String, _ config: JSON, _ more: JSONObject = [:]) -> JSON {
        Doc.node("x", type, config, more)
    }

    private static let body = Doc.graph([Doc.set("s", 1)])

    private static let wrong: [JSON] =
        common + [
            node("manual", ["schema": 3]), node("manual", ["color": 1]),
            node("manual", [:], ["retry": ["attempts": 2]]),
            node("manual", [:], ["on_error": "route"]), node("manual", [:], ["timeout": "1s"]),
            node("webhook", ["path": "wh_1"]), node("webhook", ["path": ""]), node("webhook", ["path": "a//b"]),
            node("webhook", ["path": "../a"]), node("webhook", ["path": "a b"]), node("webhook", ["path": "a/"]),
            node("webhook", ["path": .string(String(repeating: "a", count: 201))]),
            node("webhook", ["path": "a", "method": "HEAD"]), node("webhook", ["path": "a", "verify": [:]]),
            node("webhook", ["path": "a", "verify": ["scheme": "github", "previous": "K"]]),
            node("webhook", ["path": "a", "verify": ["scheme": "none", "previous": "K"]]),
            node("webhook", ["path": "a", "method": []]), node("webhook", ["path": "a", "method": ["HEAD"]]),
            node("webhook", ["path": "a", "filter": ""]), node("webhook", ["path": "a", "filter": true]),
            node("webhook", ["path": "a", "verify": ["scheme": "none", "secret": "K"]]),
            node("webhook", ["path": "a", "verify": ["scheme": "postcard", "secret": "K"]]),
            node("webhook", ["path": "a", "wait": "0s"]), node("webhook", ["path": "a", "wait": 30]),
            node("webhook", ["path": "a", "input": [:]]), node("webhook", ["path": "a"], ["credential": "c"]),
            node("webhook", ["path": "a"], ["uses": "http/request"]), node("webhook", [:], ["uses": "http"]),
            node("webhook", ["verify": ["scheme": "none"]], ["uses": "http/request"]),
            node("webhook", ["input": 3], ["uses": "http/request"]),
            Doc.node("x", "schedule"), node("schedule", ["cron": "@daily", "every": "1h"]),
            node("schedule", ["every": "1h", "zone": "UTC"]), node("schedule", ["cron": "@daily", "from": 3]),
            node("schedule", ["at": []]), node("schedule", ["at": "soon"]), node("schedule", ["every": "0s"]),
            node("schedule", ["every": "1h", "most": 3]), node("schedule", ["every": "1h", "missed": "often"]),
            node("schedule", ["every": "1h", "overlap": 1]), node("schedule", ["every": "1h", "color": 1]),
            Doc.node("x", "poll"), node("poll", ["every": "1m"]), node("poll", ["every": "1m"], ["uses": "http"]),
            node("poll", ["every": "0s"], ["uses": "http/request"]), node("poll", [:], ["uses": "http/request"]),
            node("poll", ["every": "1m", "id": "id"], ["uses": "http/request"]),
            node("poll", ["every": "1m", "most": 0], ["uses": "http/request"]),
            node("poll", ["every": "1m", "start": "soon"], ["uses": "http/request"]),
            node("poll", ["every": "1m", "input": 3], ["uses": "http/request"]),
            Doc.node("x", "action"), Doc.call("x", 3), Doc.call("x", [:], ["uses": "http"]),
            Doc.call("x", [:], ["config": [:]]), Doc.call("x", [:], ["credential": ""]),
            Doc.node("x", "condition"), node("condition", ["if": "yes"]), node("condition", ["if": 1]),
            node("condition", ["when": "{{ true }}"]), node("condition", ["if": true], ["timeout": "1s"]),
            Doc.node("x", "switch"), node("switch", ["cases": []]), node("switch", ["cases": [["port": "a"]]]),
            node("switch", ["cases": [["port": "a", "equals": 1]]]),
            node("switch", ["value": 1, "cases": [["port": "default", "equals": 1]]]),
            node("switch", ["value": 1, "cases": [["equals": 1]]]),
            node("switch", ["value": 1, "cases": [["port": "a", "equals": 1, "in": [1]]]]),
            node("switch", ["value": 1, "cases": [["port": "a", "in": 1]]]),
            node("switch", ["value": 1, "cases": [["port": "a", "equals": 1, "then": 2]]]),
            node("switch", ["value": 1, "cases": "all"]),
            node("loop", ["items": [1]]), node("loop", [:], ["body": body]),
            node("loop", ["items": "one"], ["body": body]), node("loop", ["items": ["a": 1]], ["body": body]),
            node("loop", ["items": [1], "while": "{{ true }}", "most": 3], ["body": body]),
            node("loop", ["while": "{{ true }}"], ["body": body]),
            node("loop", ["while": "{{ true }}", "most": 3, "concurrency": 2], ["body": body]),
            node("loop", ["items": [1], "concurrency": 0], ["body": body]),
            node("loop", ["items": [1], "concurrency": 1_001], ["body": body]),
            node("loop", ["items": [1], "most": 100_001], ["body": body]),
            node("loop", ["items": [1], "on_item_failure": "panic"], ["body": body]),
            node("loop", ["items": [1]], ["body": []]), node("loop", ["items": [1]], ["body": ["nodes": []]]),
            node("loop", ["items": [1]], ["body": Doc.graph([Doc.set("s", 1)]).with("node", 1)]),
            node("parallel", [:]), node("parallel", [:], ["branches": [:]]), node("parallel", [:], ["branches": [1]]),
            node("parallel", [:], ["branches": ["a b": body]]),
            node("parallel", ["concurrency": 101], ["branches": ["a": body]]),
            node("parallel", ["on_item_failure": "stop"], ["branches": ["a": body]]),
            node("merge", ["wait": "some"]), node("merge", ["wait": "first"]), node("merge", ["count": 2]),
            node("merge", ["wait": "first", "count": 0]), node("merge", ["rest": "cancel"]),
            node("merge", ["wait": "any", "rest": "keep"]), node("merge", ["wait": "all", "rest": "finish"]),
            node("aggregate", ["as": "tree"]), node("aggregate", ["values": 3]), node("aggregate", ["values": "a"]),
            node("aggregate", ["value": []]),
            Doc.node("x", "transform"), node("transform", ["value": 1, "jmespath": "a", "input": 1]),
            node("transform", ["jmespath": "a"]), node("transform", ["value": 1, "input": 1]),
            node("transform", ["jmespath": 1, "input": 1]),
            Doc.node("x", "set"), node("set", ["values": []]), node("set", ["value": 1]),
            node("set", ["values": [:]], ["retry": ["attempts": 2]]),
            node("set", ["values": [:]], ["uses": "http/request"]),
            Doc.node("x", "wait"), node("wait", ["duration": "5"]), node("wait", ["duration": "soon"]),
            node("wait", ["duration": 5]), node("wait", ["until": "tomorrow"]), node("wait", ["until": 5]),
            node("wait", ["duration": "5m", "event": "e"]), node("wait", ["duration": "5m", "timeout": "1h"]),
            node("wait", ["until": "2026-01-12T10:05:00Z", "match": [:]]), node("wait", ["event": ""]),
            node("wait", ["event": "e", "match": 1]), node("wait", ["event": "e", "timeout": "0s"]),
            Doc.node("x", "workflow"), node("workflow", ["workflow": 1]), node("workflow", ["workflow": ""]),
            node("workflow", ["workflow": "wf_01kanjw3c0e7k8e6k5v7xq2m9r", "version": 0]),
            node("workflow", ["workflow": "wf_01kanjw3c0e7k8e6k5v7xq2m9r", "wait": "yes"]),
            node("workflow", ["workflow": "wf_01kanjw3c0e7k8e6k5v7xq2m9r", "wait": false], ["timeout": "1m"]),
            node("workflow", ["workflow": "wf_01kanjw3c0e7k8e6k5v7xq2m9r", "inputs": [:]]),
            node("try", [:], ["body": body]), node("try", [:], ["catch": Doc.graph([Doc.set("c", 1)])]),
            node("try", ["body": 1], ["body": body, "catch": Doc.graph([Doc.set("c", 1)])]),
            node("respond", ["status": 99]), node("respond", ["status": 600]), node("respond", ["status": "ok"]),
            node("respond", ["headers": ["a": 1]]), node("respond", ["headers": "none"]),
            node("respond", ["code": 200]),
            node("stop", ["status": "cancelled"]), node("stop", ["status": "failed"]), node("stop", ["message": "m"]),
            node("stop", ["status": "failed", "message": ""]),
            node("stop", ["status": "failed", "message": "m", "output": 1]),
        ]

    /// What every kind has, told of an action.
    private static let common: [JSON] = [
        Doc.call("a b"), Doc.call("x", [:], ["name": 1]), Doc.call("x", [:], ["name": ""]),
        Doc.call("x", [:], ["description": 1]), Doc.call("x", [:], ["color": "red"]),
        Doc.call("x", [:], ["timeout": "0s"]), Doc.call("x", [:], ["timeout": 20]),
        Doc.call("x", [:], ["timeout": "20"]),
        Doc.call("x", [:], ["retry": [:]]), Doc.call("x", [:], ["retry": ["attempts": 0]]),
        Doc.call("x", [:], ["retry": ["attempts": 101]]), Doc.call("x", [:], ["retry": ["attempts": 1.5]]),
        Doc.call("x", [:], ["retry": ["attempts": 2, "backoff": "random"]]),
        Doc.call("x", [:], ["retry": ["attempts": 2, "initial": "1"]]),
        Doc.call("x", [:], ["retry": ["attempts": 2, "jitter": 1]]),
        Doc.call("x", [:], ["retry": ["attempts": 2, "on": []]]),
        Doc.call("x", [:], ["retry": ["attempts": 2, "on": [1]]]),
        Doc.call("x", [:], ["retry": ["attempts": 2, "most": 1]]), Doc.call("x", [:], ["retry": 3]),
        Doc.call("x", [:], ["on_error": "ignore"]), Doc.call("x", [:], ["on_error": "fallback"]),
        Doc.call("x", [:], ["fallback": 1]), Doc.call("x", [:], ["on_error": "fail", "fallback": 1]),
        Doc.call("x", [:], ["compensate": [:]]),
        Doc.call("x", [:], ["compensate": ["uses": "http/request", "input": 1]]),
        Doc.call("x", [:], ["compensate": ["uses": "http/request", "on": 1]]),
        Doc.node("x", "set", ["values": [:]], ["compensate": ["uses": "http/request"]]),
    ]
}
