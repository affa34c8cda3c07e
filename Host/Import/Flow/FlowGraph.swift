/// The ways between n8n's nodes as data takes them: disabled nodes are bridged, what nothing leads to is set aside.
struct FlowGraph {
    let document: N8NDocument
    private(set) var ways: [N8NConnection] = []
    /// Nodes that data comes to, triggers included.
    private(set) var reached: Set<String> = []
    /// Nodes in which data starts.
    private(set) var starts: [String] = []
    /// Whether nothing starts the workflow, so that a manual trigger has to.
    private(set) var lacksTrigger = false
    /// Ways that would close a circle that is no loop.
    private(set) var cut: [N8NConnection] = []
    /// By loop, the nodes of its body.
    private(set) var bodies: [String: Set<String>] = [:]

    private let nodes: [String: N8NNode]
    private var after: [String: [N8NConnection]] = [:]

    init(_ document: N8NDocument) {
        self.document = document
        nodes = Dictionary(document.nodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        bridge()
        findStarts()
        after = Dictionary(grouping: ways, by: \.source)
        reached = closure(starts, stopping: nil, skipping: nil)
        ways.removeAll { !reached.contains($0.source) || !reached.contains($0.target) }
        after = Dictionary(grouping: ways, by: \.source)
        findBodies()
    }

    // MARK: Disabled nodes

    /// n8n hands what comes into a disabled node's first input to what follows its first output.
    private mutating func bridge() {
        let before = Dictionary(grouping: document.connections, by: \.target)
        var seen: Set<N8NConnection> = []
        for way in document.connections where nodes[way.target]?.isDisabled == false {
            for source in sources(of: way, before, []) where seen.insert(source).inserted { ways.append(source) }
        }
    }

    private func sources(
        of way: N8NConnection, _ before: [String: [N8NConnection]], _ seen: Set<String>
    ) -> [N8NConnection] {
        guard nodes[way.source]?.isDisabled == true else { return [way] }
        guard way.output == 0, !seen.contains(way.source), seen.count < 50 else { return [] }
        return (before[way.source] ?? []).filter { $0.input == 0 }.flatMap { earlier in
            var bridged = way
            (bridged.source, bridged.output) = (earlier.source, earlier.output)
            return sources(of: bridged, before, seen.union([way.source]))
        }
    }

    // MARK: Reach

    private mutating func findStarts() {
        let attached = Set(document.attachments.map(\.source))
        let active = document.nodes.filter { node in
            !node.isDisabled && node.type != NodeTranslators.comment && !attached.contains(node.name)
        }
        starts = active.filter(NodeTranslators.isTrigger).map(\.name)
        ways.removeAll { way in nodes[way.target].map(NodeTranslators.isTrigger) ?? true }
        guard starts.isEmpty else { return }
        lacksTrigger = true
        let targets = Set(ways.map(\.target))
        starts = active.filter { !targets.contains($0.name) }.map(\.name)
        if starts.isEmpty { starts = active.first.map { [$0.name] } ?? [] }
    }

    // MARK: Loops

    static func loopOutput(of node: N8NNode) -> Int { node.version >= 3 ? 1 : 0 }

    /// The body: what the loop's way leads to and the rest of the workflow does not.
    private mutating func findBodies() {
        for node in document.nodes where node.type == NodeTranslators.loop && reached.contains(node.name) {
            let output = Self.loopOutput(of: node)
            let entries = (after[node.name] ?? []).filter { $0.output == output }.map(\.target)
            let inside = closure(entries, stopping: node.name, skipping: nil)
            let outside = closure(starts, stopping: nil, skipping: (node.name, output))
            bodies[node.name] = inside.subtracting(outside).subtracting([node.name])
        }
    }

    /// What follows, going past `stopping` never and not through the output `skipping`.
    private func closure(_ from: [String], stopping: String?, skipping: (String, Int)?) -> Set<String> {
        var reached = Set(from)
        var waiting = Array(reached)
        while let next = waiting.popLast() {
            if next == stopping { continue }
            for way in after[next] ?? [] {
                if let skipping, way.source == skipping.0, way.output == skipping.1 { continue }
                if reached.insert(way.target).inserted { waiting.append(way.target) }
            }
        }
        return reached
    }

    /// The loop directly around a node; nil at the top.
    func loop(around name: String) -> String? {
        let around = bodies.filter { $0.value.contains(name) }
        return around.min { ($0.value.count, $0.key) < ($1.value.count, $1.key) }?.key
    }

    /// The nodes of one graph so that each stands behind all that lead to it; ways that close a circle are cut.
    mutating func order(_ members: Set<String>) -> [String] {
        let names = document.nodes.map(\.name).filter(members.contains)
        var state: [String: Int] = [:]
        var order: [String] = []
        // Deep first, with a stack of its own: documents come from anywhere.
        for start in starts.filter(members.contains) + names where state[start] == nil {
            var stack: [(name: String, next: Int)] = [(start, 0)]
            state[start] = 1
            while let top = stack.last {
                let following = (after[top.name] ?? []).filter { members.contains($0.target) }
                guard top.next < following.count else {
                    state[top.name] = 2
                    order.append(top.name)
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let way = following[top.next]
                switch state[way.target] {
                case nil:
                    state[way.target] = 1
                    stack.append((way.target, 0))
                case 1:
                    cut.append(way)
                    ways.removeAll { $0 == way }
                default: break
                }
            }
        }
        after = Dictionary(grouping: ways, by: \.source)
        return order.reversed()
    }
}
