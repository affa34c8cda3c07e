import ManifestFixture
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import Testing

@Suite struct DeservedVersionTests {
    private static let breaking: (pointer: String, value: JSON?) = ("/operations/0/effect", "delete")
    private static let additive: (pointer: String, value: JSON?) = ("/operations/0/output/properties/x", true)
    private static let compatible: (pointer: String, value: JSON?) = ("/summary", "Another text.")

    private static func edits(_ level: String) -> [(pointer: String, value: JSON?)] {
        switch level {
        case "breaking": [compatible, breaking, additive]
        case "additive": [compatible, additive]
        case "compatible": [compatible]
        default: []
        }
    }

    @Test(arguments: [
        ("breaking", "1.2.3", "2.0.0"), ("additive", "1.2.3", "1.3.0"), ("compatible", "1.2.3", "1.2.4"),
        ("none", "1.2.3", "1.2.3"), ("breaking", "0.2.3", "0.3.0"), ("additive", "0.2.3", "0.2.4"),
        ("breaking", "2.0.0-beta.1", "2.0.0"),
    ])
    func `the gravest change decides the number`(level: String, old: String, deserved: String) throws {
        let comparison = try comparing(old, with: "9.0.0", Self.edits(level))
        #expect(comparison.deserved.description == deserved)
        #expect(comparison.isNumberEnough)
    }

    @Test(arguments: [
        ("breaking", "1.2.3", "1.3.0", false), ("breaking", "1.2.3", "2.0.0-rc.1", true),
        ("additive", "1.2.3", "1.2.4", false), ("additive", "1.2.3", "1.3.0", true),
        ("additive", "1.2.3", "2.0.0", true), ("compatible", "1.2.3", "1.2.3", false),
        ("compatible", "1.2.3", "1.2.4", true), ("none", "1.2.3", "1.2.3", true), ("none", "1.2.3", "1.2.2", false),
        ("breaking", "0.2.3", "0.2.4", false), ("breaking", "0.2.3", "0.3.0", true),
        ("breaking", "2.0.0-beta.1", "2.0.0-beta.2", true), ("breaking", "2.0.0-beta.2", "2.0.0-beta.2", false),
    ])
    func `a number that says too little is found`(level: String, old: String, new: String, isEnough: Bool) throws {
        #expect(try comparing(old, with: new, Self.edits(level)).isNumberEnough == isEnough)
    }

    @Test func `breaking changes come first`() throws {
        let comparison = try comparing(with: "2.0.0", Self.edits("breaking"))
        #expect(comparison.changes.map(\.level) == [.breaking, .additive, .compatible])
    }

    @Test func `only operations that may fail are touched`() throws {
        let one = try comparing(with: "2.0.0", Self.edits("breaking"))
        #expect(one.touched(among: ["create_order", "get_order"]) == ["create_order"])
        let all = try comparing(with: "2.0.0", [("/permissions/hosts/-", "*")])
        #expect(all.touched(among: ["create_order", "get_order"]) == ["create_order", "get_order"])
        #expect(try comparing(Self.edits("additive")).touched(among: ["create_order"]) == [])
    }

    @Test func `it is told to programs too`() throws {
        let json = try comparing(with: "1.2.4", Self.edits("breaking")).json
        #expect(json["level"] == "breaking")
        #expect(json["deserves"] == "2.0.0")
        #expect(json["enough"] == false)
        #expect(json["changes"]?[0]?["code"] == "effect-changed")
        #expect(json["changes"]?[0]?["operation"] == "create_order")
    }
}
