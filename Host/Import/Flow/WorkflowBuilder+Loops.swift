import PatchbayCore
import PatchbayJSON

/// Loop Over Items (Split in Batches): the circle of n8n becomes a container.
extension WorkflowBuilder {
    mutating func buildLoop(
        _ node: N8NNode, _ arrival: inout Arrival, _ surroundings: Surroundings, _ level: inout Level
    ) {
        let id = ids[node.name] ?? ""
        var work = NodeWork(node, place: arrival.place, settings: document.settings)
        for remark in arrival.remarks { work.approximate(remark) }
        let input = arrival.place.input ?? Items("[]", isList: true)
        let (loopOutput, doneOutput) = node.version >= 3 ? (1, 0) : (0, 1)
        let size = max(1, work.raw("batchSize")?.int ?? (node.version >= 3 ? 1 : 10))
        if work.raw("batchSize")?.string != nil {
            work.approximate("the size of the batches is an expression; 1 is taken")
        }
        if work.flag("options.reset") { work.approximate("a loop here begins anew each time it is reached") }
        let body = graph.bodies[node.name] ?? []
        guard !body.isEmpty else {
            // Nothing is repeated: what comes in goes on.
            let exit = FlowExit(id: id, port: nil, items: Items("steps.\(id).output", isList: true), guards: [:])
            level.nodes.append(.object(transform(node, "{{ \(input.list) }}")))
            for exit in arrival.all { level.connect(exit, to: id) }
            exits[node.name] = [loopOutput: exit, doneOutput: exit]
            work.approximate("nothing is repeated; the items go on together")
            return finish(node, [id], &work)
        }
        lineages += 1
        let lineage = input.isList ? input.lineage : lineages
        let isSingle = size == 1
        let item = Items("steps.\(id).output.item", isList: !isSingle, lineage: isSingle ? 0 : -lineages)
        var inner = surroundings
        inner.loop = node.name
        if isSingle { inner.positions[lineage] = "steps.\(id).output.index" }
        inner.nodes = arrival.place.nodes
        inner.nodes[node.name] = item
        let entry = FlowExit(id: "", port: nil, items: item, guards: [:])
        var content = Level()
        let members = body.filter { graph.loop(around: $0) == node.name }
        let hasDone = graph.ways.contains { $0.source == node.name && $0.output == doneOutput }
        build(members, entry, inner, &content)
        content.edges.removeAll { $0["source"] == "" }
        if hasDone { giveResult(node, id, members, &content) }
        var object = frame(node)
        object["type"] = "loop"
        object["config"] = ["items": .string("{{ \(isSingle ? input.list : Self.batches(input.list, size)) }}")]
        object["body"] = ["nodes": .array(content.nodes), "edges": .array(content.edges)]
        level.nodes.append(.object(object))
        for exit in arrival.all { level.connect(exit, to: id) }
        lineages += 1
        let done = Items("steps.\(id).output", isList: true, lineage: lineages)
        exits[node.name] = [
            doneOutput: FlowExit(id: id, port: nil, items: done, guards: arrival.guards),
            loopOutput: FlowExit(id: id, port: nil, items: done, guards: arrival.guards),
        ]
        for way in graph.ways
        where members.contains(way.source) && !body.contains(way.target) && way.target != node.name {
            report.remarks.append(
                "the connection from \(way.source.quoted) out of the loop to \(way.target.quoted) is left out")
        }
        finish(node, [id], &work)
    }

    private func transform(_ node: N8NNode, _ value: String) -> JSONObject {
        var object = frame(node)
        object["type"] = "transform"
        object["config"] = ["value": .string(value)]
        return object
    }

    private static func batches(_ list: String, _ size: Int64) -> String {
        "cel.bind(all, \(list), lists.range((size(all) + \(size - 1)) / \(size)).map(n, "
            + "all.slice(n * \(size), math.least((n + 1) * \(size), size(all)))))"
    }

    /// What a body gives is what comes back to the loop in n8n: a last node reads it.
    private mutating func giveResult(_ node: N8NNode, _ id: String, _ members: Set<String>, _ content: inout Level) {
        let back = graph.ways.filter { $0.target == node.name && members.contains($0.source) }
            .compactMap { way in exits[way.source]?[way.output] ?? exits[way.source]?[0] }
        guard !back.isEmpty else { return }
        let sources = Set(content.edges.compactMap { $0["source"]?.string })
        let kinds = Dictionary(
            content.nodes.map { ($0["id"]?.string ?? "", $0["type"]?.string ?? "") }, uniquingKeysWith: { $1 })
        let ends = content.nodes.compactMap { $0["id"]?.string }.filter { end in
            !sources.contains(end) && !back.contains { $0.id == end }
                && !["note", "condition", "switch"].contains(kinds[end] ?? "")
        }
        let result = naming.id(for: id + "_result")
        owners[result] = node.name
        var value = back.count == 1 && ends.isEmpty ? back[0].items.whole : "null"
        if back.count > 1 || !ends.isEmpty {
            for exit in back.reversed() {
                value = "\(exit.test) ? \(exit.items.whole) : (\(value))"
            }
        }
        content.nodes.append(
            ["id": .string(result), "type": "transform", "config": ["value": .string("{{ \(value) }}")]])
        for exit in back { content.connect(exit, to: result) }
        for end in ends { content.connect(FlowExit(id: end, port: nil, items: Items(""), guards: [:]), to: result) }
    }
}
