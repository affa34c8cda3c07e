import PatchbayCore
import PatchbayJSON
import Testing

struct WorkflowDocumentTests {
    private let good: JSON = [
        "name": "deploy-alert", "description": "Tells the team",
        "nodes": [
            ["id": "hook", "type": "webhook", "position": ["x": 1, "y": 2], "config": ["path": "deploy"]],
            ["id": "ok", "type": "condition", "config": ["if": "{{ true }}"]],
            [
                "id": "tell", "type": "action", "name": "Tell", "uses": "slack@1.0.0/send_message",
                "credential": "team-slack", "input": ["channel": "#deployments"],
                "retry": ["attempts": 4, "backoff": "linear", "initial": "2s", "max": "30s", "jitter": false],
                "timeout": "20s", "on_error": "continue",
            ],
        ],
        "edges": [["source": "hook", "target": "ok"], ["source": "ok", "port": "true", "target": "tell"]],
    ]

    private func problems(_ json: JSON) -> [Problem] { WorkflowDocument.read(json).problems }

    private func problems(node: JSON) -> [Problem] { problems(["name": "w", "nodes": [node]]) }

    @Test func `a good document is read whole`() throws {
        let (document, problems) = WorkflowDocument.read(good)
        #expect(problems == [])
        let read = try #require(document)
        #expect(read.name == "deploy-alert")
        #expect(read.about == "Tells the team")
        #expect(read.nodes.map(\.id) == ["hook", "ok", "tell"])
        #expect(read.nodes.map(\.kind) == [.webhook, .condition, .action])
        let tell = read.nodes[2]
        #expect(tell.uses == "slack@1.0.0/send_message")
        #expect(tell.credential == "team-slack")
        #expect(tell.parameters == ["channel": "#deployments"])
        #expect(tell.timeout == 20_000)
        let policy = RetryPolicy(attempts: 4, backoff: .linear, initial: 2000, max: 30_000, jitter: false)
        #expect(tell.retry == policy)
        #expect(tell.onError == .continue)
        #expect(tell.pointers.parameters == "/nodes/2/input")
        #expect(read.edges.map(\.port) == [nil, "true"])
    }

    @Test func `the canonical form of a canonical document is itself`() throws {
        let (document, _) = WorkflowDocument.read(good)
        #expect(try #require(document).json == good)
    }

    @Test func `the forms with a graph and with compact actions are normalised`() throws {
        let (document, problems) = WorkflowDocument.read([
            "name": "Deployment Notifier", "viewport": ["zoom": 1],
            "graph": [
                "nodes": [
                    ["id": "trigger_1", "type": "webhook", "config": ["method": "POST", "path": "/deploy"]],
                    [
                        "id": "action_1", "type": "slack", "position": ["x": 100, "y": 250],
                        "config": ["action": "send_message", "channel": "#deployments"], "onError": "continue",
                    ],
                ],
                "edges": [
                    [
                        "id": "e1", "source": "trigger_1", "sourceHandle": nil, "target": "action_1",
                        "targetHandle": "in",
                    ]
                ],
            ],
        ])
        #expect(problems == [])
        let read = try #require(document)
        #expect(read.nodes[1].pointers.parameters == "/graph/nodes/1/config")
        #expect(read.nodes[1].pointers.uses == "/graph/nodes/1/config/action")
        #expect(
            read.json == [
                "name": "Deployment Notifier", "viewport": ["zoom": 1],
                "nodes": [
                    ["id": "trigger_1", "type": "webhook", "config": ["method": "POST", "path": "/deploy"]],
                    [
                        "id": "action_1", "type": "action", "position": ["x": 100, "y": 250],
                        "uses": "slack/send_message", "input": ["channel": "#deployments"], "on_error": "continue",
                    ],
                ],
                "edges": [["id": "e1", "source": "trigger_1", "target": "action_1", "targetHandle": "in"]],
            ])
        #expect(WorkflowDocument.read(read.json).document?.json == read.json)
    }

    @Test func `an editor's sourceHandle is the port`() throws {
        let nodes: JSON = [
            ["id": "a", "type": "condition"], ["id": "b", "type": "set"],
        ]
        let edge: JSON = ["source": "a", "sourceHandle": "false", "target": "b"]
        let (document, _) = WorkflowDocument.read(["name": "w", "nodes": nodes, "edges": [edge]])
        #expect(document?.edges.first?.port == "false")
        let both: JSON = ["source": "a", "port": "true", "sourceHandle": "false", "target": "b"]
        #expect(problems(["name": "w", "nodes": nodes, "edges": [both]]).map(\.code) == ["bad-value"])
    }

    @Test(arguments: [nil, true, 1, "text", []] as [JSON])
    func `what is no object is no workflow`(json: JSON) {
        let (document, problems) = WorkflowDocument.read(json)
        #expect(document == nil)
        #expect(problems.map(\.code) == ["wrong-type"])
        #expect(problems.first?.pointer == "")
    }

    @Test func `every problem is listed at once, each with its place`() {
        let found = problems([
            "nme": "x",
            "nodes": [
                7, ["type": "set"], ["id": "has space", "type": "set"], ["id": "a", "type": "webhok"],
                ["id": "a", "type": "set"], ["id": "b", "type": "action", "timeout": "20", "retry": ["attempts": 0]],
            ],
            "edges": [["source": "a", "target": "bb"], "x"],
        ])
        #expect(
            found.map { "\($0.code) \($0.pointer)" } == [
                "missing-member ", "unknown-member /nme", "wrong-type /nodes/0", "missing-member /nodes/1",
                "bad-id /nodes/2/id", "unknown-kind /nodes/3/type", "duplicate-node /nodes/4/id",
                "missing-member /nodes/5", "bad-duration /nodes/5/timeout", "bad-value /nodes/5/retry/attempts",
                "unknown-node /edges/0/target", "wrong-type /edges/1",
            ])
        #expect(found[1].hint == "did you mean \"name\"?")
        #expect(found[5].node == "a")
        #expect(found[5].hint?.hasPrefix("did you mean \"webhook\"? kinds are manual, webhook") == true)
    }

    @Test(
        arguments: [
            (["id": "a", "type": "set", "inptu": 1], "unknown-member"),
            (["id": "a", "type": "set", "config": [], "on_error": "explode"], "wrong-type bad-value"),
            (["id": "a", "type": "set", "uses": "slack/send"], "unknown-member"),
            (["id": "a", "type": "action", "uses": "a/b", "input": [:], "config": [:]], "unknown-member"),
            (["id": "a", "type": "action", "uses": "a/b", "timeout": "0s"], "bad-duration"),
            (["id": "a", "type": "action", "uses": "a/b", "timeout": 20], "wrong-type"),
            (
                ["id": "a", "type": "action", "uses": "a/b", "retry": ["attempts": 2, "initial": "1m", "max": "1s"]],
                "bad-duration"
            ),
            (
                ["id": "a", "type": "action", "uses": "a/b", "retry": ["attempts": 2.5, "x": 1, "jitter": "no"]],
                "wrong-type wrong-type unknown-member"
            ),
            (["id": "a", "type": "action", "uses": "a/b", "retry": ["backoff": "expo"]], "missing-member bad-value"),
            (["id": "a", "type": "slack", "config": ["channel": "x"]], "unknown-kind"),
            (["id": "", "type": "set"], "bad-value"),
            (["id": "é", "type": "set"], "bad-id"),
            (["id": 5, "type": nil], "wrong-type wrong-type"),
        ] as [(JSON, String)])
    func `a bad node says why`(node: JSON, codes: String) {
        #expect(problems(node: node).map(\.code).joined(separator: " ") == codes)
    }

    @Test func `names of editors' own members are kept and others refused`() throws {
        let node: JSON = ["id": "a", "type": "set", "position": ["x": 1], "x-colour": "red", "notes": "n"]
        let (document, problems) = WorkflowDocument.read(["name": "w", "nodes": [node], "edges": [], "x-team": 1])
        #expect(problems == [])
        #expect(document?.json == ["name": "w", "nodes": [node], "edges": [], "x-team": 1])
    }

    @Test func `more nodes or edges than the limit are refused without reading them`() {
        let node: JSON = ["id": "a", "type": "set"]
        let many = problems(["name": "w", "nodes": .array(Array(repeating: node, count: 1_001))])
        #expect(many.map(\.code) == ["too-large"])
        let edges = problems(["name": "w", "nodes": [node], "edges": .array(Array(repeating: nil, count: 5_001))])
        #expect(edges.map(\.pointer) == ["/edges"])
    }

    @Test func `a thousand nodes with a wrong id each are answered in one go`() {
        let nodes = (0..<1000).map { index -> JSON in
            ["id": .string(String(repeating: "é", count: 50) + "\(index)"), "type": "set"]
        }
        #expect(problems(["name": "w", "nodes": .array(nodes)]).count == 1000)
    }
}
