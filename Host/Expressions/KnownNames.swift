/// What expressions may name, as far as it is known before a run.
package struct KnownNames: Sendable {
    /// The names an expression can begin with.
    package static let roots = [
        "trigger", "steps", "input", "item", "index", "loops", "run", "workflow", "env", "credentials",
    ]

    /// Those of them that are known inside of loops only.
    static let inLoops: Set = ["item", "index", "loops"]

    /// Other spellings of these, and what else begins with a dollar.
    package static let dollarNames =
        ["$node", "$json", "$items", "$now"] + roots.filter { $0 != "steps" }.map { "$" + $0 }

    /// Ids of the workflow's nodes.
    package var steps: Set<String>
    /// Titles of nodes, with the ids that have them: `$node["HTTP Request"]` finds a node by either.
    package var titles: [String: [String]]
    /// Names in `env`; nil when that is not known, and then any name is accepted.
    package var env: Set<String>?
    /// Names of the tenant's credentials; nil when that is not known, and then any name is accepted.
    package var credentials: Set<String>?
    /// Ids of the loops around the node, the innermost last: their `item` and `index` are known.
    package var loops: [String]
    /// Members that the trigger's body is known to have. They may be named without `trigger.body.`, unless another name
    /// is the same.
    package var payload: Set<String>
    /// Further names, of values in `Scope.variables`.
    package var variables: Set<String>
    /// What is known of the values.
    package var types: KnownTypes

    package init(
        steps: Set<String>, titles: [String: [String]] = [:], env: Set<String>? = nil, credentials: Set<String>? = nil,
        loops: [String] = [], payload: Set<String> = [], variables: Set<String> = [],
        types: KnownTypes = .unknown
    ) {
        self.steps = steps
        self.titles = titles
        self.env = env
        self.credentials = credentials
        self.loops = loops
        self.payload = payload
        self.variables = variables
        self.types = types
    }
}

/// What a compiled value reads.
package enum Reference: Hashable, Sendable {
    /// One of `KnownNames.roots`.
    case root(String)
    /// The output of a node.
    case step(String)
    /// A member of `env`.
    case env(String)
    /// A credential; only its name is known to expressions.
    case credential(String)
    /// One of `KnownNames.variables`.
    case variable(String)
}

/// Known names by reference: every step of compiling a template hands them on.
final class SharedNames: Sendable {
    let names: KnownNames

    init(_ names: KnownNames) { self.names = names }
}
