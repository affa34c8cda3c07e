import PatchbayJSON
import PatchbayMarketplace
import Testing

struct ThreeWayMergeTests {
    private let base: JSON = [
        "name": "w", "timeout": "1h",
        "nodes": [
            ["id": "a", "type": "manual"], ["id": "b", "type": "set", "config": ["x": 1, "y": 2]],
            [
                "id": "l", "type": "loop",
                "body": ["nodes": [["id": "c", "type": "set", "config": ["z": [1, 2]]]], "edges": []],
            ],
        ],
        "edges": [["source": "a", "target": "b"], ["source": "b", "target": "l"]],
    ]

    @Test func `changes of different places come together, whatever the order of the nodes`() {
        let mine = base.with("2h", at: "timeout").with(10, at: "nodes", "1", "config", "x")
        let theirs = JSON.object([
            "name": "w", "timeout": "1h",
            "nodes": [
                ["id": "new", "type": "stop"],
                [
                    "id": "l", "type": "loop",
                    "body": ["nodes": [["id": "c", "type": "set", "config": ["z": [1, 3]]]], "edges": []],
                ],
                ["id": "b", "type": "set", "config": ["x": 1, "y": 20]], ["id": "a", "type": "manual"],
            ],
            "edges": [
                ["source": "a", "target": "b"], ["source": "b", "target": "l"], ["source": "l", "target": "new"],
            ],
        ])
        let merge = ThreeWayMerge(base: base, mine: mine, theirs: theirs)
        #expect(merge.conflicts == [])
        #expect(merge.merged["timeout"] == "2h")
        #expect(merge.merged["nodes"]?.array?.compactMap { $0["id"]?.string } == ["a", "b", "l", "new"])
        #expect(merge.merged["nodes"]?[1]?["config"] == ["x": 10, "y": 20])
        #expect(merge.merged["nodes"]?[2]?["body"]?["nodes"]?[0]?["config"] == ["z": [1, 3]])
        #expect(merge.merged["edges"]?.array?.count == 3)
        #expect(
            merge.changes.map { "\($0.side.rawValue) \($0.path.joined(separator: "/"))" } == [
                "mine timeout", "mine nodes/b/config/x", "theirs nodes/b/config/y",
                "theirs nodes/l/body/nodes/c/config/z", "theirs nodes/new", "theirs edges/l → new",
            ])
    }

    @Test func `what both changed differently is a conflict, which mine wins unless theirs is preferred`() {
        let mine = base.with(10, at: "nodes", "1", "config", "x")
        let theirs = base.with(11, at: "nodes", "1", "config", "x")
        let merge = ThreeWayMerge(base: base, mine: mine, theirs: theirs)
        #expect(merge.conflicts.map(\.path) == [["nodes", "b", "config", "x"]])
        #expect(merge.conflicts.first?.json["theirs"] == 11)
        #expect(merge.merged == mine)
        #expect(ThreeWayMerge(base: base, mine: mine, theirs: theirs, preferring: .theirs).merged == theirs)
    }

    @Test func `a node that one took away and the other changed is a conflict, else it goes`() {
        let gone = base.with([["id": "a", "type": "manual"], base["nodes"]?[2] ?? .null], at: "nodes")
        let changed = base.with(5, at: "nodes", "1", "config", "x")
        #expect(ThreeWayMerge(base: base, mine: gone, theirs: changed).conflicts.map(\.path) == [["nodes", "b"]])
        let merge = ThreeWayMerge(base: base, mine: base, theirs: gone)
        #expect(merge.merged == gone)
        #expect(merge.changes.map(\.side) == [.theirs])
        #expect(ThreeWayMerge(base: base, mine: changed, theirs: changed).changes.map(\.side) == [.both])
    }

    @Test func `a list of values and a list without keys are wholes`() {
        let mine = base.with([["id": "a"], ["id": "a"]], at: "nodes")
        let theirs = base.with([1], at: "nodes")
        #expect(ThreeWayMerge(base: base, mine: mine, theirs: theirs).conflicts.map(\.path) == [["nodes"]])
        #expect(ThreeWayMerge(base: base, mine: base, theirs: theirs).merged == theirs)
    }
}
