import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// What the kinds of nodes need while a document is planned, and where they put what they find.
struct PlanningContext {
    var resolver: OperationResolver
    /// Nil when credentials are not checked.
    let credentials: CredentialCheck?
    /// Nil when it is not known what there is.
    let workflows: [WorkflowListing]?
    /// Nil when their names are not looked up.
    let zones: (any TimeZones)?
    /// What the node that is being planned may name, and what is known of that.
    private(set) var names: KnownNames
    var inputs = InputCheck()
    var problems: [Problem] = []
    /// What the expressions of each node read.
    var steps: [String: [StepUse]] = [:]
    var webhooks: [PlannedWebhook] = []
    /// The ways out that edges choose between; none for a node with one way out, whose edges name none.
    var ports: [String: [String]] = [:]
    /// How many ways a merge needs.
    var needed: [String: Int] = [:]
    /// The exact version of each action node's operation, and of what undoes a node.
    var pins: [String: OperationReference] = [:]
    var compensationPins: [String: OperationReference] = [:]
    var children: [String: (WorkflowID, version: Int)] = [:]

    static let conditionHint = "write one expression, such as \"{{ trigger.body.state == 'success' }}\""

    init(
        catalogue: any ConnectorCatalogue, credentials: [CredentialRecord]?, workflows: [WorkflowListing]?,
        names: KnownNames, zones: (any TimeZones)? = nil
    ) {
        resolver = OperationResolver(catalogue: catalogue)
        self.credentials = credentials.map(CredentialCheck.init)
        self.workflows = workflows
        self.names = names
        self.zones = zones
    }

    mutating func report(
        _ code: String, _ node: WorkflowNode, at pointer: String, _ message: String, hint: String? = nil
    ) {
        problems.append(Problem(code: code, node: node.id, pointer: pointer, message: message, hint: hint))
    }

    /// Turns to a node that stands in these loops, the innermost last.
    mutating func enter(loops: [String]) { names.loops = loops }

    /// Keeps what actions promise to give, so that the order of the nodes in the document does not matter.
    mutating func foresee(_ nodes: [WorkflowNode]) {
        for node in nodes where node.kind == .action && PlannedNode.Kind.promises(node) {
            names.types.steps[node.id] = try? resolver.declaration(of: node.uses ?? "").output(of: node.id)
        }
    }

    /// Keeps what is known of a node's output for the nodes after it.
    mutating func learn(_ kind: PlannedNode.Kind, _ node: WorkflowNode) {
        names.types.steps[node.id] = kind.output(of: node, body: names.types.body)
        names.types.items[node.id] = kind.item(of: node)
    }

    /// Compiles the templates in a part of a node; nil when there is something wrong with them. `seesItself`: the
    /// node's own output may be read there.
    mutating func compile(
        _ json: JSON, of node: WorkflowNode, at pointer: String, seesItself: Bool = false
    ) -> CompiledValue? {
        do throws(CompilationFailure) {
            let value = try CompiledValue(compiling: json, names: names)
            for (step, place) in value.stepPlaces where !(seesItself && step == node.id) {
                steps[node.id, default: []].append(StepUse(step: step, pointer: pointer + place))
            }
            return value
        } catch {
            for error in error.errors {
                report(
                    error.code.rawValue, node, at: pointer + error.pointer,
                    "line \(error.line), column \(error.column): \(error.message)", hint: error.hint)
            }
            return nil
        }
    }

    /// Compiles what has to give true or false.
    mutating func condition(
        _ json: JSON, of node: WorkflowNode, at pointer: String, seesItself: Bool = false
    ) -> CompiledValue? {
        guard let value = compile(json, of: node, at: pointer, seesItself: seesItself) else { return nil }
        if let result = value.kind, result != .bool {
            let found = value.isConstant ? json.article : "always \(result.article)"
            report(
                "wrong-type", node, at: pointer, "the condition must give true or false, and this is \(found)",
                hint: Self.conditionHint)
            return nil
        }
        return value
    }

    /// Reads a node's configuration member by member.
    func reader(_ node: WorkflowNode) -> MemberReader {
        MemberReader(
            node.parameters.object ?? [:], at: node.pointers.parameters, of: node.id,
            what: node.kind == .action ? "the input of" : "the config of")
    }
}

/// That an expression reads the output of a step.
struct StepUse {
    var step: String
    /// Of the string that holds the expression.
    var pointer: String
}
