import PatchbayCore
import PatchbayJSON
import Testing

struct ConnectorPinTests {
    private let document: JSON = [
        "name": "w",
        "nodes": [
            ["id": "start", "type": "manual"],
            ["id": "a", "type": "action", "uses": "acme@1.0.0/greet", "input": ["uses": "acme@1.0.0/greet"]],
            [
                "id": "each", "type": "loop",
                "body": [
                    "nodes": [
                        [
                            "id": "b", "type": "action", "uses": "http@2.1.0/request",
                            "compensate": ["uses": "acme@1.0.0/undo", "input": [:]],
                        ]
                    ]
                ],
            ],
        ],
    ]

    @Test(arguments: ["slack@1.0.0", "a-b@0.1.0-rc.1"])
    func `a pin is read as it is written`(text: String) throws {
        #expect(try #require(ConnectorPin(text)).description == text)
    }

    @Test(arguments: ["", "slack", "slack@", "@1.0.0", "slack@1", "slack@^1.0.0", "slack@1.0.0/x"])
    func `what names no exact version is no pin`(text: String) {
        #expect(ConnectorPin(text) == nil)
    }

    @Test func `all pins of a document are found, in containers and compensations too`() {
        #expect(Set(ConnectorPin.all(in: document).map(\.description)) == ["acme@1.0.0", "http@2.1.0"])
        #expect(ConnectorPin.all(in: ["uses": "acme@1/greet", "x": ["uses": 3]]).isEmpty)
    }

    @Test func `another version takes its place everywhere but in what nodes are given`() throws {
        let version = try #require(Version("1.1.0"))
        let (changed, changes) = ConnectorPin.replacing("acme", by: version, in: document)
        #expect(
            changes.map(\.pointer.description) == ["/nodes/1/uses", "/nodes/2/body/nodes/0/compensate/uses"])
        #expect(changes.map(\.after.description) == ["acme@1.1.0/greet", "acme@1.1.0/undo"])
        #expect(changed["nodes"]?[1]?["uses"] == "acme@1.1.0/greet")
        #expect(changed["nodes"]?[1]?["input"]?["uses"] == "acme@1.0.0/greet")
        #expect(changed["nodes"]?[2]?["body"]?["nodes"]?[0]?["uses"] == "http@2.1.0/request")
        let back = ConnectorPin.replacing("acme", by: try #require(Version("1.0.0")), in: changed)
        #expect(back.document == document)
        #expect(ConnectorPin.replacing("acme", by: version, in: changed).changes.isEmpty)
        #expect(ConnectorPin.replacing("other", by: version, in: document).document == document)
    }
}
