import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

private typealias Doc = FlowDocument

/// Random documents of all kinds in containers, random outcomes, crashes, cancellation, and news that come twice.
@Suite("Random control flow", .timeLimit(.minutes(5)))
struct RandomFlowTests {
    @Test(arguments: 0..<150)
    func `a run ends, in order, whatever happens to it`(seed: Int) throws {
        var generator = Random(seed: UInt64(seed))
        let plan = try Doc.plan(Self.document(using: &generator))
        var run = Rehearsal(plan: plan, trigger: ["kind": "manual", "body": ["n": 1]])
        play(&run, using: &generator)
        #expect(run.state.status.isTerminal, "\(run.words)")
        check(run)
        for count in stride(from: 1, to: run.entries.count, by: max(1, run.entries.count / 12)) {
            let prefix = Array(run.entries.prefix(count))
            let once = RunState(of: run.record, plan: plan, entries: prefix)
            let twice = RunState(of: run.record, plan: plan, entries: prefix.flatMap { [$0, $0] })
            #expect(once.picture == twice.picture)
            var other = run
            other.now = prefix.last?.at ?? .start
            other.crash(keeping: count)
            play(&other, using: &generator)
            #expect(other.state.status.isTerminal)
            check(other)
        }
    }

    @Test(arguments: 1_000..<1_100)
    func `the state that was reached is the fold of its journal`(seed: Int) throws {
        var generator = Random(seed: UInt64(seed))
        let plan = try Doc.plan(Self.document(using: &generator))
        var run = Rehearsal(plan: plan, trigger: ["kind": "manual", "body": ["n": 1]])
        play(&run, using: &generator) { run in
            let folded = RunState(of: run.record, plan: plan, environment: ["REGION": "eu"], entries: run.entries)
            #expect(folded.picture == run.state.picture)
        }
    }

    @Test(arguments: 2_000..<2_100)
    func `a run that is made again takes over what is settled, and ends`(seed: Int) throws {
        var generator = Random(seed: UInt64(seed))
        let plan = try Doc.plan(Self.document(using: &generator))
        var run = Rehearsal(plan: plan, trigger: ["kind": "manual", "body": ["n": 1]])
        play(&run, using: &generator)
        let reached = run.entries.filter { !$0.node.isEmpty && $0.kind != .compensationStarted }
        var points: [Fork.Point] = [.failed]
        for _ in 0..<5 {
            guard let entry = reached.randomElement(using: &generator) else { continue }
            points.append(.step(node: entry.node, path: entry.path))
        }
        for point in points {
            guard var again = try? run.again(from: point) else { continue }
            let taken = again.entries
            let settled = Set(
                taken.filter { $0.kind == .stepCompleted }.map { StepKey(node: $0.node, path: $0.path) })
            if case .step(let node, let path) = point, !path.contains("~") {
                #expect(!settled.contains(StepKey(node: node, path: path)))
            }
            play(&again, using: &generator)
            #expect(again.state.status.isTerminal)
            #expect(Array(again.entries.prefix(taken.count)) == taken)
            let begun = again.entries.dropFirst(taken.count).filter { $0.kind == .stepStarted }
            #expect(!begun.contains { settled.contains(StepKey(node: $0.node, path: $0.path)) })
            let folded = RunState(of: again.record, plan: plan, entries: again.entries)
            #expect(folded.picture == again.state.picture)
        }
    }

    // MARK: Playing

    private func play(
        _ run: inout Rehearsal, using generator: inout Random, after: (Rehearsal) -> Void = { _ in }
    ) {
        var old: [RunEvent] = []
        run.room = Int.random(in: 1...4, using: &generator)
        run.proceed()
        for _ in 0..<3_000 where !run.state.status.isTerminal {
            run.now = run.now + Int64.random(in: 0...200, using: &generator)
            let event = event(run, old, using: &generator)
            if let event {
                if case .callEnded(let call, _) = event { run.calls[call.key.description] = nil }
                old.append(event)
                run.entries += run.state.take(event, at: run.now, random: 0.5)
            } else if run.calls.isEmpty {
                run.now = run.now + Int64.random(in: 1_000...40_000, using: &generator)
            }
            if Int.random(in: 0..<25, using: &generator) == 0 { run.crash() }
            run.proceed()
            for command in run.asked {
                if case .startChild(let child) = command {
                    run.hear(.childStarted(child.key, attempt: child.attempt, run: RunID(high: 1, low: 2)))
                }
            }
            after(run)
        }
    }

    private func event(_ run: Rehearsal, _ old: [RunEvent], using generator: inout Random) -> RunEvent? {
        switch Int.random(in: 0..<60, using: &generator) {
        case 0: return .cancelRequested
        case 1: return .eventReceived(name: "go", payload: 1, id: "\(run.entries.count)")
        case 2...6:
            // What was said is said again, unless it is about a call that has begun since.
            guard case .callEnded(let call, _)? = old.randomElement(using: &generator),
                run.calls[call.key.description] == nil
            else { return nil }
            return .callEnded(call, .completed("again"))
        case 7...12:
            let key = StepKey(node: run.entries.last?.node ?? "", path: run.entries.last?.path ?? "")
            return .childEnded(key, attempt: 1, Bool.random(using: &generator) ? .completed(output: 1) : .cancelled)
        default:
            guard let key = run.calls.keys.sorted().randomElement(using: &generator), let call = run.calls[key] else {
                return nil
            }
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: return .callEnded(call, .failed(.wrong))
            case 1: return .callEnded(call, .failed(.unavailable))
            default: return .callEnded(call, .completed(["id": 1]))
            }
        }
    }

    // MARK: What holds for every journal

    private func check(_ run: Rehearsal) {
        #expect(run.entries.map(\.sequence) == Array(1...run.entries.count))
        let ends: Set<JournalEntry.Kind> = [.runCompleted, .runFailed, .runCancelled]
        #expect(run.entries.last.map { ends.contains($0.kind) } == true)
        #expect(run.entries.count { ends.contains($0.kind) } == 1)
        var settled: Set<StepKey> = []
        var completed: [StepKey] = []
        var undone: [StepKey] = []
        for entry in run.entries where !entry.node.isEmpty {
            let key = StepKey(node: entry.node, path: entry.path)
            switch entry.kind {
            case .compensationStarted, .compensationCompleted, .compensationFailed:
                if undone.last != key { undone.append(key) }
                continue
            case .stepCompleted:
                if run.plan[entry.node]?.compensation != nil { completed.append(key) }
                settled.insert(key)
            case .stepSkipped, .stepCancelled:
                #expect(settled.insert(key).inserted, "\(key) is settled twice")
            case .stepFailed where entry.data["retry_at"] == nil:
                #expect(settled.insert(key).inserted, "\(key) is settled twice")
            default: #expect(!settled.contains(key), "\(entry.words) after its end")
            }
            for link in run.plan[entry.node]?.incoming ?? [] where run.plan[entry.node]?.needed == nil {
                guard entry.kind != .stepSkipped else { continue }
                #expect(
                    settled.contains(StepKey(node: run.plan.nodes[link.node].id, path: entry.path)), "\(entry.words)")
            }
        }
        if run.state.status != .completed { #expect(undone == completed.reversed()) }
        // Whatever became of a body, finally was begun when it is over, unless the time for that was over, too.
        if run.entries.contains(where: { $0.kind == .runStopping && $0.data["part"] == "cleanup" }) { return }
        for entry in run.entries where entry.path.isEmpty || entry.path.contains("/") {
            guard case .attempt(let attempt)? = run.plan[entry.node]?.kind, attempt.hasFinally,
                [.stepCompleted, .stepFailed, .stepCancelled].contains(entry.kind),
                run.entries.contains(where: { $0.path.hasSuffix("\(entry.node)/body") })
            else { continue }
            #expect(
                run.entries.contains { $0.path.contains("\(entry.node)/finally") || $0.path.contains("\(entry.node)~") }
            )
        }
    }

    // MARK: Documents

    private static func document(using generator: inout Random) -> JSON {
        var count = 0
        var graph = graph(depth: 0, &count, using: &generator).object ?? [:]
        graph["name"] = "random"
        return .object(graph)
    }

    private static func graph(depth: Int, _ count: inout Int, using generator: inout Random) -> JSON {
        var nodes: [JSON] = []
        var edges: [JSON] = []
        var ways: [(id: String, ports: [String?])] = []
        if depth == 0 {
            nodes.append(["id": "hook", "type": "manual"])
            ways.append(("hook", [nil]))
        }
        for _ in 0..<Int.random(in: 1...(depth == 0 ? 6 : 3), using: &generator) {
            count += 1
            let id = "n\(count)"
            var (node, ports) = node(id, depth, &count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: node = node.with("on_error", "continue")
            case 1:
                node = node.with("on_error", "route")
                ports.append("error")
            case 2: node = node.with("on_error", "fallback").with("fallback", 5)
            default: break
            }
            nodes.append(node)
            var sources: Set<String> = []
            for _ in 0..<Int.random(in: depth == 0 ? 1...2 : 0...2, using: &generator) {
                guard let way = ways.randomElement(using: &generator),
                    let port = way.ports.randomElement(using: &generator),
                    sources.insert(way.id + (port ?? "")).inserted
                else { continue }
                let edge: JSON = ["source": .string(way.id), "target": .string(id)]
                edges.append(port.map { edge.with("port", .string($0)) } ?? edge)
            }
            if sources.isEmpty, node["type"] == "merge" {
                nodes[nodes.count - 1] = Doc.set(id, 1)
                ports = [nil]
            }
            ways.append((id, ports))
        }
        return ["nodes": .array(nodes), "edges": .array(edges)]
    }

    private static func node(
        _ id: String, _ depth: Int, _ count: inout Int, using generator: inout Random
    ) -> (JSON, [String?]) {
        switch Int.random(in: 0..<(depth < 3 ? 18 : 12), using: &generator) {
        case 0: return (Doc.node(id, "condition", ["if": .bool(Bool.random(using: &generator))]), ["true", "false"])
        case 1: return (Doc.set(id, Bool.random(using: &generator) ? "{{ input.missing }}" : 1), [nil])
        case 2: return (Doc.node(id, "wait", ["duration": "5s"]), [nil])
        case 3: return (Doc.node(id, "wait", ["event": "go", "timeout": "1m"]), [nil])
        case 4:
            return (
                Doc.node(id, "merge", ["wait": "any", "rest": Bool.random(using: &generator) ? "cancel" : "finish"]),
                [nil]
            )
        case 5:
            return Int.random(in: 0..<3, using: &generator) == 0
                ? (Doc.node(id, "stop", ["status": "failed", "message": "enough"]), [nil])
                : (Doc.node(id, "aggregate", ["as": "list"]), [nil])
        case 6:
            let config: JSON = ["workflow": .string(WorkflowID(high: 1, low: 2).description), "version": 1]
            return (Doc.node(id, "workflow", config, ["timeout": "2m"]), [nil])
        case 7...9:
            return (
                Doc.call(
                    id, [:], ["compensate": ["uses": "http/request", "input": ["id": "{{ steps.\(id).output.id }}"]]]),
                [nil]
            )
        case 10, 11: return (Doc.call(id, [:], ["retry": ["attempts": 2]]), [nil])
        case 12, 13:
            let body = graph(depth: depth + 1, &count, using: &generator)
            let config: JSON = [
                "items": [1, 2, 3], "concurrency": .int(Int64.random(in: 1...3, using: &generator)),
                "on_item_failure": Bool.random(using: &generator) ? "continue" : "stop",
            ]
            return (Doc.node(id, "loop", config, ["body": body, "timeout": "10m"]), [nil])
        case 14:
            let body = graph(depth: depth + 1, &count, using: &generator)
            let config: JSON = ["while": "{{ steps.\(id).output.index < 2 }}", "most": 5]
            return (Doc.node(id, "loop", config, ["body": body, "retry": ["attempts": 2]]), [nil])
        case 15:
            let branches: JSON = [
                "a": graph(depth: depth + 1, &count, using: &generator),
                "b": graph(depth: depth + 1, &count, using: &generator),
            ]
            return (Doc.node(id, "parallel", [:], ["branches": branches]), [nil])
        default:
            var parts: JSONObject = ["body": graph(depth: depth + 1, &count, using: &generator)]
            parts["finally"] = graph(depth: depth + 1, &count, using: &generator)
            if Bool.random(using: &generator) { parts["catch"] = graph(depth: depth + 1, &count, using: &generator) }
            return (Doc.node(id, "try", [:], parts), [nil])
        }
    }
}

private struct Random: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
