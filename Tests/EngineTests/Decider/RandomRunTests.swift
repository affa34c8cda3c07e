import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

/// Random graphs, random outcomes, calls that end in any order, ends that come twice, and a crash behind any entry.
@Suite("Random runs")
struct RandomRunTests {
    @Test(arguments: 0..<60)
    func `a crash behind any entry leads to the same end`(seed: Int) {
        var generator = SplitMix(seed: UInt64(seed))
        let world = World(using: &generator)
        let reference = world.play(from: Rehearsal(world.graph), using: &generator)
        #expect(reference.state.status.isTerminal)
        for count in 1...reference.entries.count {
            var run = reference
            run.crash(keeping: count)
            run = world.play(from: run, using: &generator)
            #expect(run.state.status == reference.state.status)
            if reference.state.status == .completed {
                #expect(run.state.steps.map(\.phase) == reference.state.steps.map(\.phase))
                #expect(run.state.steps.map(\.output) == reference.state.steps.map(\.output))
                #expect(run.runOutput == reference.runOutput)
            }
            world.check(run)
        }
        world.check(reference)
    }

    @Test(arguments: 0..<50)
    func `a refold of the whole journal is the state that was reached`(seed: Int) {
        var generator = SplitMix(seed: UInt64(1_000 + seed))
        let world = World(using: &generator)
        let run = world.play(from: Rehearsal(world.graph), using: &generator)
        let twice = run.entries.flatMap { [$0, $0] }
        for entries in [run.entries, twice] {
            let refolded = RunState(of: run.record, plan: run.plan, entries: entries)
            #expect(refolded.steps == run.state.steps)
            #expect(refolded.status == run.state.status)
            #expect(refolded.sequence == run.state.sequence)
        }
    }
}

private struct SplitMix: RandomNumberGenerator {
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

/// A graph, and how its actions turn out: after so many failures well, or badly.
private struct World {
    enum Fate { case wellAfter(Int), badly }

    let graph: Graph
    private var fates: [String: Fate] = [:]

    init(using generator: inout SplitMix) {
        let count = Int.random(in: 1...12, using: &generator)
        var nodes: [Graph.Node] = [.trigger(), .trigger("other", kind: "webhook")]
        var edges: [String] = []
        var ways: [(id: String, ports: [String])] = [("hook", [""]), ("other", [""])]
        for number in 1...count {
            let id = "n\(number)"
            let strategy: FailureStrategy = Bool.random(using: &generator) ? .fail : .continue
            let isCondition: Bool
            switch Int.random(in: 0..<6, using: &generator) {
            case 0:
                isCondition = true
                nodes.append(.condition(id, .bool(Bool.random(using: &generator))))
            case 1:
                isCondition = false
                // One in four cannot be evaluated.
                let fails = Int.random(in: 0..<4, using: &generator) == 0
                nodes.append(.set(id, fails ? "{{ trigger.body.missing }}" : .int(Int64(number))).onError(strategy))
            default:
                isCondition = false
                let retry = RetryPolicy(
                    attempts: Int.random(in: 1...3, using: &generator), backoff: .linear, initial: 100, max: 1_000)
                let effect: OperationDeclaration.Effect = Bool.random(using: &generator) ? .read : .write
                nodes.append(.action(id, effect, input: ["n": "{{ input.n }}"], retry: retry, onError: strategy))
                fates[id] =
                    Int.random(in: 0..<8, using: &generator) == 0
                    ? .badly : .wellAfter(Int.random(in: 0...1, using: &generator))
            }
            for _ in 0...Int.random(in: 0...2, using: &generator) {
                let source = ways.randomElement(using: &generator)!
                let edge = "\(source.id)\(source.ports.randomElement(using: &generator)!) > \(id)"
                if !edges.contains(where: { $0 == edge }) { edges.append(edge) }
            }
            ways.append((id, isCondition ? [":true", ":false"] : [""]))
        }
        nodes.shuffle(using: &generator)
        graph = Graph(nodes, edges)
    }

    /// Goes on until the run has ended.
    func play(from start: Rehearsal, using generator: inout SplitMix) -> Rehearsal {
        var run = start
        run.room = Int.random(in: 1...4, using: &generator)
        var over: [(StepCall, StepOutcome)] = []
        run.proceed()
        for _ in 0..<1_000 where !run.state.status.isTerminal {
            // Somebody says again how an earlier call ended.
            if let (call, outcome) = over.randomElement(using: &generator),
                run.calls[call.node]?.attempt != call.attempt
            {
                let news = run.state.take(.callEnded(call, outcome), at: run.now)
                #expect(news.isEmpty)
            }
            if let node = run.calls.keys.sorted().randomElement(using: &generator) {
                let call = run.calls[node]!
                let outcome = outcome(of: call, in: run.state)
                over.append((call, outcome))
                run.now = run.now + 7
                _ = run.end(node, outcome, random: Double.random(in: 0...1, using: &generator))
            } else {
                run.now = run.now + 250
                run.proceed()
            }
        }
        return run
    }

    private func outcome(of call: StepCall, in state: RunState) -> StepOutcome {
        switch fates[call.node]! {
        case .badly: .failed(.wrong)
        case .wellAfter(let failures):
            state.steps[state.plan.index[call.node]!].failures < failures
                ? .failed(.unavailable) : .completed(["of": .string(call.node), "n": call.input["n"] ?? .null])
        }
    }

    /// What holds for every journal.
    func check(_ run: Rehearsal) {
        #expect(run.entries.map(\.sequence) == Array(1...run.entries.count))
        #expect(run.entries.count(where: { [.runCompleted, .runFailed, .runCancelled].contains($0.kind) }) == 1)
        var settled: Set<String> = []
        var attempts: [String: Int] = [:]
        var keys: [String: JSON] = [:]
        for entry in run.entries where !entry.node.isEmpty {
            #expect(!settled.contains(entry.node))
            let isEnd =
                entry.kind == .stepCompleted || entry.kind == .stepSkipped
                || entry.kind == .stepFailed && entry.data["retry_at"] == nil
            if isEnd { settled.insert(entry.node) }
            if entry.kind == .stepStarted {
                #expect(entry.attempt > attempts[entry.node] ?? 0)
                #expect(keys[entry.node, default: entry.data["idempotency_key"]!] == entry.data["idempotency_key"])
                keys[entry.node] = entry.data["idempotency_key"]
            }
            attempts[entry.node] = max(attempts[entry.node] ?? 0, entry.attempt)
        }
    }
}
