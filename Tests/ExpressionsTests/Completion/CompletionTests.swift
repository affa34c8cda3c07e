import PatchbayExpressions
import PatchbayJSON
import Testing

@Suite struct CompletionTests {
    private let names: KnownNames = {
        let user: JSON = [
            "type": "object", "additionalProperties": false,
            "properties": [
                "user": [
                    "type": "object",
                    "properties": [
                        "name": ["type": "string"], "status": ["type": "string"], "x-id": ["type": "string"],
                    ],
                ],
                "orders": [
                    "type": "array",
                    "items": ["type": "object", "properties": ["id": ["type": "string"], "tags": ["type": "array"]]],
                ],
            ],
        ]
        let body = SchemaTypes.type(like: ["priority": "high", "items": [["sku": "a"]]], origin: "the body")
        return KnownNames(
            steps: ["get_user", "http-1", "later"], titles: ["HTTP Request": ["http-1"]], env: ["CHANNEL", "REGION"],
            credentials: ["team-slack", "github"], loops: ["each"], payload: ["priority", "items"],
            types: KnownTypes(
                body: body, trigger: ["kind": .string],
                steps: ["get_user": SchemaType(schema: user, origin: "the output of \"get_user\"")],
                items: ["each": SchemaTypes.type(like: ["sku": "a", "count": 1], origin: "the item")]))
    }()

    /// The cursor stands where `|` stands in the text.
    private func complete(_ text: String, isTemplate: Bool = true) -> (completion: Completion, cursor: Int) {
        let parts = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        let cursor = parts[0].unicodeScalars.count
        let whole = parts.joined()
        let completion = Completion(
            of: isTemplate ? .template(whole) : .expression(whole), at: cursor, names: names)
        return (completion, cursor)
    }

    private func labels(_ text: String, _ kinds: CompletionItem.Kind..., isTemplate: Bool = true) -> [String] {
        complete(text, isTemplate: isTemplate).completion.items
            .filter { kinds.isEmpty || kinds.contains($0.kind) }.map(\.label)
    }

    @Test(arguments: [
        ("{{ steps.|", ["get_user", "http-1", "later"]), ("{{ steps.get_user.|", ["output"]),
        ("{{ steps.get_user.output.|", ["orders", "user"]), ("{{ steps.get_user.output.us|", ["user"]),
        ("{{ steps.get_user.output.us| }} and {{ more }}", ["user"]),
        ("{{ steps.get_user.output.user.|", ["name", "status", "x-id"]),
        ("{{ steps.get_user.output.user.a|", ["name", "status"]),
        ("{{ steps[\"get_user\"].output.user.na| }}", ["name"]), ("{{ $node['HTTP Request'].|", ["output"]),
        ("{{ steps.get_user.output.?|", ["orders", "user"]), ("{{ steps.get_user.output.?user.na|", ["name"]),
        ("{{ steps.get_user.output.orders[0].|", ["id", "tags"]),
        ("{{ size(steps.get_user.output.orders) + trigger.body.items[0].s|", ["sku"]),
        ("{{ trigger.|", ["body", "kind"]), ("{{ trigger.body.|", ["items", "priority"]),
        ("{{ item.|", ["count", "sku"]), ("{{ loops.|", ["each"]), ("{{ loops.each.|", ["item", "index"]),
        ("{{ loops.each.item.s|", ["sku"]), ("{{ env.|", ["CHANNEL", "REGION"]), ("{{ $env.r|", ["REGION"]),
        ("{{ credentials.|", ["github", "team-slack"]), ("{{ run.|", ["id", "workflow_id"]),
        ("{{ items[0].|", ["sku"]), ("{{ (trigger.body).pr|", ["priority"]),
        ("{{ [steps.get_user.output.user][0].st|", ["status"]), ("a {{ 1 }} b {{ run.| }} c", ["id", "workflow_id"]),
        ("{{ 'it is broken }} {{ run.|", ["id", "workflow_id"]), ("{{ 1 + + ) ] § run.|", ["id", "workflow_id"]),
        ("{{ {'a': run.|", ["id", "workflow_id"]), ("{{ true ? run.|", ["id", "workflow_id"]),
        ("äöü🙂 {{ run.i|", ["id", "workflow_id"]),
    ])
    func `members are known behind a dot, in text that is not finished`(text: String, expected: [String]) {
        #expect(labels(text, .field, .node, .env, .credential, .name).filter { $0 != "length" } == expected, "\(text)")
    }

    @Test(arguments: [
        ("{{ steps.get_user.output.orders.map(o => o.|", ["id", "tags"]),
        ("{{ steps.get_user.output.orders.map((o, i) => o.i|", ["id"]),
        ("{{ steps.get_user.output.orders.filter(o, o.id == 'a' && o.t|", ["tags"]),
        ("{{ steps.get_user.output.orders.all(i, o, o.|", ["id", "tags"]),
        ("{{ steps.get_user.output.orders.map(o => items.filter(p => p.|", ["sku"]),
        ("{{ steps.get_user.output.orders.map(o => items.filter(p => o.|", ["id", "tags"]),
        ("{{ cel.bind(u, steps.get_user.output.user, u.n|", ["name"]),
        ("{{ steps.get_user.output.?user.optMap(u, u.st|", ["status"]),
        ("{{ items.find(x => x.sku == 'a').|", ["sku"]), ("{{ items.map(run => run.|", ["sku"]),
    ])
    func `variables of macros have the types of elements`(text: String, expected: [String]) {
        #expect(labels(text, .field, .name).filter { $0 != "length" } == expected, "\(text)")
    }

    @Test(arguments: [
        "plain text |", "{{ 1 }} |", "| {{ 1 }}", "{| { 1 }}", "{{ 1 }|}", "\\{{ run.|", "{{ 'text |' }}", "{{ 12| }}",
        "{{ 1 // run.| \n }}", "{{ \"run.| }}", "{{ b'|' }}", "{{ a =|= b }}",
    ])
    func `nothing is offered in text, comments, numbers and outside of braces`(text: String) {
        #expect(labels(text) == [], "\(text)")
    }

    @Test func `the word at the cursor is what is replaced`() {
        let (middle, _) = complete("é {{ steps.get_user.output.us|er.name }}")
        #expect(middle.range == 27..<31)
        #expect(middle.items.map(\.label) == ["user"])
        let (empty, cursor) = complete("{{ run.| }}")
        #expect(empty.range == cursor..<cursor)
        let (key, start) = complete("{{ steps['|'] }}")
        #expect(key.range == start..<start)
        let behind = Completion(of: .template("{{ run."), at: 900, names: names)
        #expect(behind.items.contains { $0.label == "id" })
    }

    @Test func `keys in brackets are offered, and closed where they are not yet`() throws {
        let open = complete("{{ steps[\"ht| }}").completion.items
        #expect(open.map(\.label) == ["http-1"])
        #expect(open[0].insert == "http-1\"]")
        let closed = complete("{{ steps['|'].output }}").completion.items
        #expect(closed.map(\.label) == ["get_user", "http-1", "later"])
        #expect(closed.allSatisfy { $0.insert == nil })
        #expect(labels("{{ $node[\"H|\"] }}") == ["HTTP Request", "http-1"])
        #expect(labels("{{ steps.get_user.output['o|'] }}") == ["orders"])
        #expect(labels("{{ env['|'] }}") == ["CHANNEL", "REGION"])
        #expect(labels("{{ ['|'] }}") == [])
    }

    @Test func `what is inserted makes a value of a name`() throws {
        let steps = complete("{{ steps.| }}").completion.items
        #expect(steps.map(\.insert) == ["get_user.output", "`http-1`.output", "later.output"])
        #expect(complete("{{ steps.g|.output }}").completion.items.first?.insert == nil)
        let user = complete("{{ steps.get_user.output.user.| }}").completion.items
        #expect(user.first { $0.label == "x-id" }?.insert == "`x-id`")
        let functions = complete("{{ |").completion.items
        #expect(functions.first { $0.label == "now" }?.insert == "now()")
        #expect(functions.first { $0.label == "size" }?.insert == "size(")
        #expect(complete("{{ siz|(x) }}").completion.items.first?.insert == nil)
    }

    @Test func `types and signatures are told`() throws {
        let members = complete("{{ steps.get_user.output.| }}").completion.items
        #expect(members.first { $0.label == "orders" }?.type == "list(object)")
        #expect(members.first { $0.label == "user" }?.type == "object")
        let name = complete("{{ steps.get_user.output.user.name.char| }}").completion.items
        #expect(name.map(\.label) == ["charAt"])
        #expect(name[0].kind == .function)
        #expect(name[0].signature == "string.charAt(int) → string")
        #expect(name[0].type == "string")
        let abs = complete("{{ math.ab|").completion.items
        #expect(abs.map(\.label) == ["abs"])
        #expect(abs[0].signature?.contains("math.abs(int) → int") == true)
    }

    @Test func `a value is offered the functions that take it`() {
        let text = labels("{{ 'a'.|", .function)
        #expect(text.contains("split"))
        #expect(!text.contains("distinct"))
        #expect(!text.contains("getHours"))
        let list = labels("{{ [1].|", .function, .macro)
        #expect(list.contains("distinct"))
        #expect(list.contains("map"))
        #expect(!list.contains("split"))
        #expect(!list.contains("optMap"))
        #expect(labels("{{ now().|", .function).contains("getFullYear"))
        let unknown = labels("{{ trigger.headers.|", .function, .macro)
        #expect(Set(text).union(list).isSubset(of: unknown))
    }

    @Test func `an expression can begin with names, functions and keywords`() {
        let all = complete("{{ |").completion.items
        let labels = Set(all.map(\.label))
        #expect(labels.isSuperset(of: ["trigger", "steps", "env", "item", "loops", "priority", "size", "has", "true"]))
        #expect(labels.isSuperset(of: ["math.greatest", "optional.of", "$now"]))
        #expect(all.filter { $0.kind == .function && $0.about == nil }.map(\.label) == [])
        #expect(!all.contains { $0.label.contains("@") })
        #expect(self.labels("{{ tr|") == ["trigger", "true"] + self.labels("{{ tr|").dropFirst(2))
        #expect(self.labels("{{ $n|") == ["$node", "$now"])
        #expect(self.labels("{{ $|").contains("$input"))
        #expect(self.labels("{{ 1 |") == ["in"])
        #expect(self.labels("tri|", isTemplate: false).first == "trigger")
        #expect(self.labels("|", isTemplate: false).contains("steps"))
        #expect(self.labels("items.map(o => |", isTemplate: false).first == "o")
        #expect(self.labels("{{ cel.|") == ["bind"])
        let members = complete("{{ trigger.headers.|").completion.items
        #expect(members.filter { $0.kind == .function && $0.about == nil }.map(\.label) == [])
    }

    /// Whatever a person has typed so far, and wherever the cursor is.
    @Test(arguments: [
        "{{ steps.get_user.output.orders.map(o => o.id + \"x\\\"y\").filter((a, i) => i > 0)[0] }} \\{{ {{ 'a' in {\"b\": `c` } }}",
        "{{ cel.bind(x, [1, 2, {'a': b'c', r\"d\": -1.5e3u}], x.map(y, y ? /*", "{{{{}}}}}}''\"\"``$$§🙂..??[[((,,=>=>",
        "{{ \"\"\"a\nb\"\"\" + '''c''' // x\n }}",
    ])
    func `every cursor in every beginning is answered`(text: String) {
        let scalars = Array(text.unicodeScalars)
        for end in 0...scalars.count {
            var beginning = String.UnicodeScalarView()
            beginning.append(contentsOf: scalars[..<end])
            for cursor in [end, end / 2] {
                let completion = Completion(of: .template(String(beginning)), at: cursor, names: names)
                #expect(completion.range.lowerBound <= cursor && cursor <= completion.range.upperBound)
                #expect(completion.range.upperBound <= end)
                _ = Completion(of: .expression(String(beginning)), at: cursor, names: names)
            }
        }
    }

    @Test func `long and deep texts end soon`() {
        let deep = String(repeating: "items.map(a, ", count: 4_000) + "a."
        #expect(deep.utf8.count < 64 << 10)
        _ = Completion(of: .expression(deep), at: deep.utf8.count, names: names)
        let brackets = String(repeating: "[(", count: 20_000)
        _ = Completion(of: .expression(brackets), at: brackets.utf8.count, names: names)
        let mismatched = String(repeating: "(", count: 30_000) + String(repeating: "]", count: 30_000)
        _ = Completion(of: .expression(mismatched), at: mismatched.utf8.count, names: names)
        let openings = String(repeating: "{{", count: 30_000)
        _ = Completion(of: .template(openings), at: openings.utf8.count, names: names)
        let huge = String(repeating: "a", count: 1 << 20)
        #expect(Completion(of: .expression(huge), at: 3, names: names).items == [])
    }
}
