import ManifestFixture
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import Testing

@Suite struct WebhookGroupTests {
    private static let receive: JSON = [
        "id": "order_placed", "kind": "webhook", "title": "Order placed", "effect": "read",
        "subscribe": "subscribe_orders", "unsubscribe": "unsubscribe_orders",
        "input": ["type": "object", "properties": ["config": ["type": "object"], "delivery": [:], "secret": [:]]],
        "output": true,
    ]
    private static let subscribe: JSON = [
        "id": "subscribe_orders", "kind": "subscribe", "title": "Subscribe", "effect": "write",
        "credential": "account", "input": ["type": "object"], "output": true,
    ]
    private static let unsubscribe: JSON = [
        "id": "unsubscribe_orders", "kind": "unsubscribe", "title": "Unsubscribe", "effect": "delete",
        "credential": "account", "input": ["type": "object"], "output": true,
    ]

    private func read(_ operations: [JSON]) -> ManifestReading {
        Manifest.read(SampleManifest.make().replacing("/operations", with: .array(operations)), as: .declared)
    }

    @Test func `a whole group is taken, and the trigger names the others`() throws {
        let manifest = try #require(read([Self.subscribe, Self.receive, Self.unsubscribe]).manifest)
        let declaration = try #require(manifest.declaration(of: "order_placed"))
        #expect(declaration.group == WebhookGroup(subscribe: "subscribe_orders", unsubscribe: "unsubscribe_orders"))
        #expect(manifest.declaration(of: "subscribe_orders")?.group == nil)
        #expect(read([Self.subscribe, Self.receive, Self.unsubscribe]).warnings == [])
    }

    @Test func `half a trigger is refused, whichever half it is`() {
        let parts = [Self.receive, Self.subscribe, Self.unsubscribe]
        for missing in parts.indices {
            let left = parts.indices.filter { $0 != missing }.map { parts[$0] }
            let problems = read(left).problems
            #expect(problems.count == (missing == 0 ? 2 : 1), "\(problems)")
            #expect(problems.allSatisfy { $0.message.contains("half a webhook trigger") }, "\(problems)")
        }
        #expect(
            read([Self.receive, Self.subscribe]).problems.map(\.description) == [
                "/operations/0/unsubscribe: names `unsubscribe_orders`, which is no operation: half a webhook trigger; "
                    + "need an operation of the kind `unsubscribe`"
            ])
        #expect(read([Self.unsubscribe]).problems.map(\.pointer) == ["/operations/0"])
    }

    @Test(
        arguments: [
            ("/subscribe", nil, "/operations/0/subscribe"), ("/subscribe", "get_order", "/operations/0/subscribe"),
            ("/subscribe", "unsubscribe_orders", "/operations/0/subscribe"),
            ("/unsubscribe", 5, "/operations/0/unsubscribe"),
            ("/input/properties/secret", nil, "/operations/0/input"),
        ] as [(String, JSON?, String)])
    func `a trigger that names the wrong ones is refused`(member: String, value: JSON?, pointer: String) {
        let changed = Self.receive.replacing(member, with: value)
        let problems = read([changed, Self.subscribe, Self.unsubscribe]).problems
        #expect(problems.contains { $0.pointer == pointer }, "\(problems)")
    }

    @Test func `two triggers do not share an operation`() {
        let second = Self.receive.replacing("/id", with: "order_paid")
        let problems = read([Self.receive, second, Self.subscribe, Self.unsubscribe]).problems
        #expect(problems.map(\.pointer) == ["/operations/1/subscribe", "/operations/1/unsubscribe"])
    }
}
