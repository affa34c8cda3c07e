/// The names that every expression of a workflow can begin with.
enum RootName: String, CaseIterable {
    case trigger, steps, input, item, index, loops, run, workflow, env, credentials
    case dollarNode = "$node"
    case dollarJSON = "$json"
    case dollarItems = "$items"
    case dollarInput = "$input"
    case dollarEnv = "$env"
    case dollarNow = "$now"

    var isOfLoops: Bool { [.item, .index, .loops].contains(self) }

    /// The value; nil of what is none by itself.
    var slot: Slot? {
        switch self {
        case .trigger: .trigger
        case .input, .dollarInput: .body
        case .item: .item
        case .index: .index
        case .run: .run
        case .workflow: .workflow
        case .env, .dollarEnv: .environment
        case .dollarItems: .items
        case .steps, .loops, .credentials, .dollarNode, .dollarJSON, .dollarNow: nil
        }
    }

    var about: String {
        switch self {
        case .trigger: "What started the run: kind, body, and of a webhook headers, query, method and path."
        case .steps: "The outputs of the steps before: steps.<node>.output."
        case .input, .dollarInput: "The body of what started the run, as trigger.body."
        case .item: "The element of the innermost loop."
        case .index: "The position of the element, from 0."
        case .loops: "The loops around this node: loops.<node>.item."
        case .run: "This run: id and workflow_id."
        case .workflow: "This workflow: id, name and version."
        case .env, .dollarEnv: "The environment variables that the operator allows."
        case .credentials: "The credentials, by name; only where a secret is expected."
        case .dollarNode: "The outputs of the steps before, by id or name: $node[\"HTTP Request\"].output."
        case .dollarJSON: "The element of the loop, or else the body of what started the run."
        case .dollarItems: "The body of what started the run when that is a list, or else its items."
        case .dollarNow: "This moment, as now()."
        }
    }
}
