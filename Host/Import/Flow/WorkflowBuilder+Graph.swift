import PatchbayCore
import PatchbayJSON

extension WorkflowBuilder {
    /// Builds the nodes of one graph in an order in which each finds what it reads.
    mutating func build(
        _ members: Set<String>, _ entry: FlowExit?, _ surroundings: Surroundings, _ level: inout Level
    ) {
        for name in graph.order(members) {
            guard let node = document[name] else { continue }
            var work = arrival(node, members, entry, surroundings, &level)
            if node.type == NodeTranslators.loop, refused[name] == nil {
                buildLoop(node, &work, surroundings, &level)
            } else {
                place(node, &work, surroundings, &level)
            }
        }
    }

    /// What comes into a node, and from where.
    struct Arrival {
        /// By input.
        var exits: [Int: [FlowExit]] = [:]
        var items: [Int: Items] = [:]
        var guards: [String: String] = [:]
        var place = ReadingPlace()
        var remarks: [String] = []
        var all: [FlowExit] { exits.sorted { $0.key < $1.key }.flatMap(\.value) }
    }

    private mutating func arrival(
        _ node: N8NNode, _ members: Set<String>, _ entry: FlowExit?, _ surroundings: Surroundings, _ level: inout Level
    ) -> Arrival {
        var arrival = Arrival()
        let ways = graph.ways.filter { $0.target == node.name }
        for way in ways where members.contains(way.source) {
            guard let exit = exit(of: way.source, way.output) else { continue }
            arrival.exits[way.input, default: []].append(exit)
        }
        if let loop = surroundings.loop, ways.contains(where: { $0.source == loop }), let entry {
            arrival.exits[0, default: []].append(entry)
        } else if surroundings.loop == nil, arrival.exits.isEmpty, !NodeTranslators.isTrigger(node), let entry {
            arrival.exits[0] = [entry]
        }
        for (input, exits) in arrival.exits { arrival.items[input] = union(exits, node, &arrival, &level) }
        if node.type != "n8n-nodes-base.merge", arrival.exits.keys.contains(where: { $0 > 0 }) {
            arrival.remarks.append("only what comes into its first input is read")
        }
        arrival.place = reading(node, members, surroundings, arrival.items[0] ?? arrival.items.first?.value)
        arrival.guards = Self.common(arrival.all.map(\.guards))
        return arrival
    }

    private func exit(of source: String, _ output: Int) -> FlowExit? {
        guard let exits = exits[source] else { return nil }
        return exits[output]
            ?? exits[0].map { first in
                // n8n has outputs that this node has not; they all lead on from it.
                var exit = first
                exit.port = nil
                return exit
            }
    }

    static func common(_ guards: [[String: String]]) -> [String: String] {
        guard var common = guards.first else { return [:] }
        for other in guards.dropFirst() { common = common.filter { other[$0.key] == $0.value } }
        return common
    }

    /// What comes over several ways into one input. n8n runs the node once for each; here it runs once.
    private mutating func union(
        _ exits: [FlowExit], _ node: N8NNode, _ arrival: inout Arrival, _ level: inout Level
    ) -> Items? {
        var distinct: [FlowExit] = []
        for exit in exits where !distinct.contains(where: { $0.items == exit.items }) { distinct.append(exit) }
        guard distinct.count > 1 else {
            var items = distinct.first?.items
            items?.presence = exits.map { "(\($0.test))" }.joined(separator: " || ")
            return items
        }
        let isList = distinct.contains(where: \.items.isList)
        if !exclude(distinct) {
            arrival.remarks.append(
                "n8n runs it once for each way to it; here it runs once, for the first way that was taken")
        }
        let parts = distinct.map { isList ? $0.items.list : $0.items.whole }
        var source = parts.last ?? "null"
        for (exit, part) in zip(distinct, parts).dropLast().reversed() {
            source = "\(exit.test) ? \(part) : (\(source))"
        }
        let id = naming.id(for: (ids[node.name] ?? "node") + "_input")
        owners[id] = node.name
        level.nodes.append(
            ["id": .string(id), "type": "transform", "config": ["value": .string("{{ \(source) }}")]])
        for exit in exits { level.connect(exit, to: id) }
        arrival.exits = arrival.exits.mapValues { present in
            present.elementsEqual(exits) { $0.id == $1.id && $0.port == $1.port }
                ? [FlowExit(id: id, port: nil, items: Items(""), guards: Self.common(exits.map(\.guards)))] : present
        }
        lineages += 1
        return Items("steps.\(id).output", isList: isList, lineage: lineages)
    }

    /// Whether of these ways one only can be taken.
    private func exclude(_ exits: [FlowExit]) -> Bool {
        for (index, exit) in exits.enumerated() {
            for other in exits[(index + 1)...] {
                let differs = exit.guards.contains { guardian in
                    other.guards[guardian.key].map { $0 != guardian.value } ?? false
                }
                if !differs { return false }
            }
        }
        return true
    }

    /// What the expressions of a node may read: the nodes that lead to it, and what stands before the loops around it.
    private func reading(
        _ node: N8NNode, _ members: Set<String>, _ surroundings: Surroundings, _ input: Items?
    ) -> ReadingPlace {
        var place = ReadingPlace(
            input: input, positions: surroundings.positions, nodes: surroundings.nodes, ids: ids)
        var waiting = [node.name]
        var seen: Set<String> = []
        while let next = waiting.popLast() {
            for way in graph.ways where way.target == next && members.contains(way.source) {
                guard seen.insert(way.source).inserted else { continue }
                waiting.append(way.source)
                guard let outputs = exits[way.source] else { continue }
                let items = Set(outputs.values.map(\.items.source))
                if items.count > 1, outputs.values.contains(where: \.items.isList) {
                    place.unreadable[way.source] =
                        "\(way.source.quoted) gives several lists; read one of the nodes behind it"
                } else {
                    place.nodes[way.source] = outputs.min { $0.key < $1.key }?.value.items
                }
            }
        }
        for name in place.unreadable.keys { place.nodes[name] = nil }
        return place
    }
}
