import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

@testable import PatchbayEngine

/// A plan in a few words: nodes, and edges such as `"hook > ok"` or `"ok:true > tell"`.
struct Graph {
    struct Node {
        enum Kind {
            case trigger(String)
            case action(OperationDeclaration.Effect, JSON)
            case condition(JSON)
            case set(JSON)
        }

        var id: String
        var kind: Kind
        var timeout: Int64?
        var retry = RetryPolicy.none
        var onError = FailureStrategy.fail
        var credential: String?

        static func trigger(_ id: String = "hook", kind: String = "manual") -> Self {
            Self(id: id, kind: .trigger(kind))
        }
        static func condition(_ id: String, _ value: JSON) -> Self { Self(id: id, kind: .condition(value)) }
        static func set(_ id: String, _ value: JSON) -> Self { Self(id: id, kind: .set(value)) }

        static func action(
            _ id: String, _ effect: OperationDeclaration.Effect = .write, input: JSON = [:], timeout: Int64? = nil,
            retry: RetryPolicy = .none, onError: FailureStrategy = .fail
        ) -> Self {
            Self(id: id, kind: .action(effect, input), timeout: timeout, retry: retry, onError: onError)
        }

        func onError(_ strategy: FailureStrategy) -> Self {
            var node = self
            node.onError = strategy
            return node
        }
    }

    var nodes: [Node]
    var edges: [String]

    init(_ nodes: [Node], _ edges: [String] = []) {
        self.nodes = nodes
        self.edges = edges
    }

    var plan: Plan {
        let index = Dictionary(uniqueKeysWithValues: zip(nodes.map(\.id), nodes.indices))
        var incoming = Array(repeating: [PlannedNode.Link](), count: nodes.count)
        var outgoing = incoming
        for edge in edges {
            let ends = edge.split(separator: " > ").map(String.init)
            let source = ends[0].split(separator: ":").map(String.init)
            let (from, to, port) = (index[source[0]]!, index[ends[1]]!, source.count > 1 ? source[1] : nil)
            outgoing[from].append(.init(node: to, port: port))
            incoming[to].append(.init(node: from, port: port))
        }
        return Plan(
            nodes: nodes.indices.map { position in
                let node = nodes[position]
                return PlannedNode(
                    id: node.id, kind: kind(of: node), incoming: incoming[position], outgoing: outgoing[position],
                    timeout: node.timeout, retry: node.retry, onError: node.onError)
            })
    }

    private func kind(of node: Node) -> PlannedNode.Kind {
        switch node.kind {
        case .trigger(let kind): .trigger(kind: kind)
        case .condition(let value): .condition(compiled(value))
        case .set(let value): .set(compiled(value))
        case .action(let effect, let input):
            .action(
                PlannedAction(
                    declaration: OperationDeclaration(
                        reference: OperationReference(
                            connector: "test", version: Version(major: 1, minor: 0, patch: 0), operation: node.id),
                        title: node.id, effect: effect, isIdempotent: false, inputSchema: true, outputSchema: true,
                        credential: nil, timeout: 20_000),
                    input: compiled(input), credential: node.credential))
        }
    }

    private func compiled(_ value: JSON) -> CompiledValue {
        try! CompiledValue(compiling: value, names: KnownNames(steps: Set(nodes.map(\.id))))
    }
}

extension Timestamp {
    /// When tests begin: 2026-01-12T10:05:00Z.
    static let start = Timestamp(milliseconds: 1_768_212_300_000)
}

extension RunRecord {
    static func fixture(
        _ number: UInt64 = 1, workflow: UInt64 = 1, version: Int = 1, trigger: String = "manual"
    ) -> RunRecord {
        RunRecord(
            id: RunID(high: 0x0190_0000_0000_7000, low: number), tenant: .initial,
            workflow: WorkflowID(high: 0x0190_0000_0000_7001, low: workflow), workflowName: "test", version: version,
            status: .running, trigger: trigger, createdAt: .start)
    }
}
