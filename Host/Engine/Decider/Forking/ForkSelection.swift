import PatchbayCore
import PatchbayJSON

/// The entries of a journal that another run takes over, as they are found: from the top into containers.
struct ForkSelection {
    /// A body of a container, as paths name it.
    private struct Body {
        /// With the number of the container's attempt, such as `each~2`.
        var head: Substring
        var name: Substring
        var path: String

        var owner: Substring { head.prefix { $0 != "~" } }
    }

    private let journal: [JournalEntry]
    private let plan: Plan
    private let now: Timestamp
    /// Where the entries of a step stand in the journal.
    private var places: [StepKey: [Int]] = [:]
    /// The bodies below a path.
    private var bodies: [String: [Body]] = [:]
    private var paths: [String: [Int]] = [:]
    /// Steps that were undone, and the containers around them.
    private var undone: Set<StepKey> = []
    private var targets: Set<StepKey> = []
    /// Containers around the targets.
    private var around: Set<StepKey> = []
    private var taken: [Int: JournalEntry] = [:]

    init(of journal: [JournalEntry], on plan: Plan, at now: Timestamp) {
        (self.journal, self.plan, self.now) = (journal, plan, now)
        var reversed: [StepKey] = []
        for (index, entry) in journal.enumerated() where !entry.node.isEmpty {
            let key = StepKey(node: entry.node, path: entry.path)
            switch entry.kind {
            case .compensationStarted, .compensationCompleted, .compensationFailed: reversed.append(key)
            default:
                places[key, default: []].append(index)
                if paths[entry.path] == nil, let body = Self.body(entry.path) {
                    bodies[body.outer, default: []].append(body.body)
                }
                paths[entry.path, default: []].append(index)
            }
        }
        undone = Set(reversed + reversed.flatMap(Self.containers))
    }

    /// The entries that were chosen, as those of another run.
    var entries: [JournalEntry] {
        taken.sorted { $0.key < $1.key }.enumerated().map { number, item in
            var entry = item.value
            (entry.sequence, entry.at) = (number + 2, now)
            return entry
        }
    }

    mutating func aim(at node: String, _ path: String) throws(ForkError) {
        // Whichever attempt of the containers around it is meant: only the last goes on.
        let plain = Self.plain(path)
        targets = Set(places.keys.filter { $0.node == node && (path.isEmpty || Self.plain($0.path) == plain) })
        guard plan.index[node] != nil, !targets.isEmpty else { throw .unknownStep(node: node, path: path) }
        around = Set(targets.flatMap(Self.containers))
    }

    /// Chooses; true when that is everything, so that nothing is left to be done.
    mutating func selectAll() -> Bool {
        let isWhole = select(graph: 0, at: "", as: "")
        let consumed = Set(
            journal.compactMap { entry -> String? in
                guard entry.kind == .stepCompleted, case .wait? = plan[entry.node]?.kind else { return nil }
                return entry.data["output"]?["id"]?.string
            })
        for (index, entry) in journal.enumerated() where entry.kind == .eventReceived {
            // Whatever was waited for again is to come again.
            guard let id = entry.data["id"]?.string, !consumed.contains(id) else { continue }
            taken[index] = entry
        }
        return isWhole
    }

    // MARK: Graphs

    /// Takes over what can be of one body; true when that is all of it.
    private mutating func select(graph: Int, at path: String, as newPath: String) -> Bool {
        var settled: [Int: StepState] = [:]
        var again: Set<Int> = []
        for number in plan.graphs[graph].order(in: plan) {
            let node = plan.nodes[number]
            let key = StepKey(node: node.id, path: path)
            guard !targets.contains(key), !node.incoming.contains(where: { again.contains($0.node) }) else {
                again.insert(number)
                continue
            }
            if around.contains(key) { again.insert(number) }
            guard isReached(node, settled) else { continue }
            let state = state(of: key)
            if Self.isGood(state, places[key] ?? [], journal), !undone.contains(key), !around.contains(key) {
                settled[number] = state
                takeOver(key, as: newPath)
            } else if !plan.bodies[number].isEmpty {
                resume(number, key, as: newPath)
            }
        }
        return settled.count == plan.graphs[graph].nodes.count
    }

    /// Whether what leads to a node is taken over.
    private func isReached(_ node: PlannedNode, _ settled: [Int: StepState]) -> Bool {
        guard let needed = node.needed else { return node.incoming.allSatisfy { settled[$0.node] != nil } }
        return node.incoming.count { settled[$0.node]?.follows($0.port) ?? false } >= needed
    }

    private func state(of key: StepKey) -> StepState {
        var state = StepState()
        for index in places[key] ?? [] { state.apply(journal[index]) }
        return state
    }

    /// Settled so that a run goes on. A `stop` never is: what it did was to end the run.
    private static func isGood(_ state: StepState, _ places: [Int], _ journal: [JournalEntry]) -> Bool {
        switch state.phase {
        case .completed: !places.contains { journal[$0].data["stop"] != nil }
        case .routed, .failed(continues: true), .skipped: true
        case .pending, .started, .retrying, .waiting, .failed, .cancelled: false
        }
    }

    // MARK: Steps

    /// With all that stands in it, attempts that failed included: what those did may have to be undone.
    private mutating func takeOver(_ key: StepKey, as newPath: String) {
        for index in places[key] ?? [] { take(index, at: newPath) }
        for body in bodies[key.path] ?? [] where body.owner == key.node {
            takeOver(below: body.path, as: Self.path(newPath, body.head, body.name))
        }
    }

    private mutating func takeOver(below path: String, as newPath: String) {
        for index in paths[path] ?? [] { take(index, at: newPath) }
        for body in bodies[path] ?? [] {
            takeOver(below: body.path, as: Self.path(newPath, body.head, body.name))
        }
    }

    private mutating func take(_ index: Int, at path: String) {
        var entry = journal[index]
        entry.path = path
        var data = entry.data.object ?? [:]
        data["taken_over"] = true
        entry.data = .object(data)
        taken[index] = entry
    }

    // MARK: Containers

    /// Lets a container go on that had begun: its last attempt becomes the first of the new run.
    private mutating func resume(_ number: Int, _ key: StepKey, as newPath: String) {
        guard let start = places[key]?.last(where: { journal[$0].kind == .stepStarted }) else { return }
        let attempt = journal[start].attempt
        let head = attempt > 1 ? "\(key.node)~\(attempt)" : key.node
        let begun = (bodies[key.path] ?? []).filter { $0.head == head }
        let items = journal[start].data["input"]?["items"]?.array
        switch plan.nodes[number].kind {
        case .loop(let loop):
            let graph = plan.bodies[number][0]
            let numbered = begun.compactMap { body in Int(body.name).map { (number: $0, body: body) } }
                .sorted { $0.number < $1.number }
            if case .items = loop.over {
                guard let items else { return }
                begin(number, start, at: newPath)
                for (position, body) in numbered where items.indices.contains(position) {
                    select(graph, body, of: key, as: newPath)
                }
            } else {
                guard items == nil else { return }
                begin(number, start, at: newPath)
                // Each iteration goes on from the one before it.
                for (_, body) in numbered { guard select(graph, body, of: key, as: newPath) else { return } }
            }
        case .parallel, .attempt:
            begin(number, start, at: newPath)
            var isAttempt = false
            if case .attempt = plan.nodes[number].kind { isAttempt = true }
            for graph in plan.bodies[number] {
                let name = plan.graphs[graph].owner?.name ?? ""
                guard let body = begun.first(where: { $0.name == name }) else { continue }
                let isWhole = select(graph, body, of: key, as: newPath)
                // What follows upon the body of a try depends on how that ends.
                if isAttempt, !isWhole { return }
            }
        default: return
        }
    }

    private mutating func begin(_ number: Int, _ start: Int, at newPath: String) {
        take(start, at: newPath)
        guard var entry = taken[start], var data = entry.data.object else { return }
        data["deadline"] = plan.nodes[number].timeout.map { .string((now + $0).description) }
        (entry.attempt, entry.data) = (1, .object(data))
        taken[start] = entry
    }

    @discardableResult
    private mutating func select(_ graph: Int, _ body: Body, of owner: StepKey, as newPath: String) -> Bool {
        select(graph: graph, at: body.path, as: Self.path(newPath, owner.node[...], body.name))
    }

    // MARK: Paths

    private static func path(_ outer: String, _ head: Substring, _ name: Substring) -> String {
        (outer.isEmpty ? "" : outer + "/") + "\(head)/\(name)"
    }

    /// Without the numbers of attempts.
    private static func plain(_ path: String) -> String {
        guard path.utf8.contains(UInt8(ascii: "~")) else { return path }
        return path.split(separator: "/", omittingEmptySubsequences: false).map { String($0.prefix { $0 != "~" }) }
            .joined(separator: "/")
    }

    private static func body(_ path: String) -> (outer: String, body: Body)? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2 else { return nil }
        return (
            parts.dropLast(2).joined(separator: "/"),
            Body(head: parts[parts.count - 2], name: parts[parts.count - 1], path: path)
        )
    }

    /// The containers around a step, from the inside.
    private static func containers(around key: StepKey) -> [StepKey] {
        var (path, keys) = (key.path, [StepKey]())
        while let (outer, body) = body(path) {
            keys.append(StepKey(node: String(body.owner), path: outer))
            path = outer
        }
        return keys
    }
}

extension PlannedGraph {
    /// The nodes so that each stands behind those that lead to it.
    fileprivate func order(in plan: Plan) -> [Int] {
        var open = Dictionary(uniqueKeysWithValues: nodes.map { ($0, plan.nodes[$0].incoming.count) })
        var order = starts.map { nodes[$0] }
        var head = 0
        while head < order.count {
            for link in plan.nodes[order[head]].outgoing {
                open[link.node, default: 0] -= 1
                if open[link.node] == 0 { order.append(link.node) }
            }
            head += 1
        }
        return order
    }
}
