import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// What the kinds of nodes need while a document is planned, and where they put what they find.
struct PlanningContext {
    let resolver: OperationResolver
    /// Nil when credentials are not checked.
    let credentials: CredentialCheck?
    let names: KnownNames
    var inputs = InputCheck()
    var problems: [Problem] = []
    /// What the expressions of each node read.
    var steps: [String: [GraphCheck.StepUse]] = [:]
    var webhooks: [PlannedWebhook] = []
    /// The exact version of each action node's operation.
    var pins: [String: OperationReference] = [:]

    init(catalogue: any ConnectorCatalogue, credentials: [CredentialRecord]?, names: KnownNames) {
        resolver = OperationResolver(catalogue: catalogue)
        self.credentials = credentials.map(CredentialCheck.init)
        self.names = names
    }

    mutating func report(
        _ code: String, _ node: WorkflowNode, at pointer: String, _ message: String, hint: String? = nil
    ) {
        problems.append(Problem(code: code, node: node.id, pointer: pointer, message: message, hint: hint))
    }

    /// Compiles the templates in a part of a node; nil when there is something wrong with them.
    mutating func compile(_ json: JSON, of node: WorkflowNode, at pointer: String) -> CompiledValue? {
        do throws(CompilationFailure) {
            let value = try CompiledValue(compiling: json, names: names)
            for (step, place) in value.stepPlaces {
                steps[node.id, default: []].append(GraphCheck.StepUse(step: step, pointer: pointer + place))
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

    /// Reads a node's configuration member by member.
    func reader(_ node: WorkflowNode) -> MemberReader {
        MemberReader(
            node.parameters.object ?? [:], at: node.pointers.parameters, of: node.id,
            subject: "the \(node.kind.parameters) of \(node.id.quoted)")
    }
}
