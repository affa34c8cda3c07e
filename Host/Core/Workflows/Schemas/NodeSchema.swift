package import PatchbayJSON

/// The JSON Schema of a whole node: what `NodeReader` takes, in the canonical form that documents are stored in.
package enum NodeSchema {
    /// Of nodes of a kind. A node that fits may still be refused for what no schema can say: its names and expressions, its
    /// place in the workflow, what the connector's own schema asks for.
    package static func json(of kind: NodeKind, _ schema: KindSchema) -> JSON {
        var json: JSONObject = [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": .string("urn:patchbay:node:\(kind.rawValue)"),
            "title": .string(schema.title), "description": .string(schema.about),
        ]
        let shape = ValueShape.members(members(of: kind, schema), rules: [fallbackRule] + schema.nodeRules)
        for keyword in shape.keywords { json[keyword.name] = keyword.value }
        json["examples"] = [schema.example]
        return .object(json)
    }

    /// The names of every member that some node may have, containers' graphs left out.
    static let names =
        ["id", "type", "name", "description", "uses", "credential", "input", "config"] + failure.map(\.name)

    private static func members(of kind: NodeKind, _ schema: KindSchema) -> [MemberSchema] {
        var members = [
            MemberSchema(
                "id", "Id", "Names the node in edges and expressions; unique in the workflow, containers included.",
                ValueShape(["type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"]), required: true,
                examples: ["send_message"]),
            MemberSchema("type", "Kind", schema.about, ValueShape(["const": .string(kind.rawValue)]), required: true),
            MemberSchema("name", "Name", "What people read instead of the id.", .text()),
            MemberSchema(
                "description", "Description", "What the node is for.",
                ValueShape(["type": "string", "maxLength": 10_000])),
        ]
        if kind == .action { members += action }
        if kind == .poll { members += [trigger(isRequired: true), action[1]] }
        if kind == .webhook { members += [trigger(isRequired: false), action[1]] }
        members.append(
            MemberSchema(
                kind.parameters, kind == .action ? "Input" : "Settings",
                kind == .action
                    ? "What the action works on; the connector has its schema. Texts may hold expressions."
                    : "What the node works on.", schema.shape, required: schema.isRequired))
        members += bodies(of: kind) + failure(of: kind)
        return members + editors
    }

    // MARK: Actions

    private static let usesShape = ValueShape([
        "type": "string", "pattern": "^[A-Za-z0-9._-]+(@[^/]+)?/[A-Za-z0-9._-]+$", "maxLength": 200,
    ])

    /// A webhook needs none: others may deliver to it.
    private static func trigger(isRequired: Bool) -> MemberSchema {
        MemberSchema(
            "uses", "Trigger",
            "Which trigger of which connector: `connector@version/trigger`. Without a version, or with a range such as ^1.2, "
                + "the newest that fits is written here when the workflow is saved.", usesShape, required: isRequired,
            examples: isRequired ? ["postgresql@1.0.0/new_rows", "rss/new_entries"] : ["github@1.0.0/issue_opened"])
    }

    private static let action = [
        MemberSchema(
            "uses", "Action",
            "Which action of which connector: `connector@version/action`. Without a version, or with a range such as ^1.2, "
                + "the newest that fits is written here when the workflow is saved.",
            usesShape, required: true, examples: ["slack@1.0.0/send_message", "slack/send_message"]),
        MemberSchema(
            "credential", "Credential", "The name of a credential that fits the connector.", .text(limit: 100),
            examples: ["team-slack"]),
    ]

    // MARK: Failure

    private static let failure = [
        MemberSchema(
            "retry", "Retry", "How often the step is tried, and how long is waited in between.",
            .members(RetryReader.members), examples: [["attempts": 4, "initial": "1s", "max": "30s"]]),
        MemberSchema(
            "timeout", "Time limit", "The longest that an attempt may take; what the action declares when absent.",
            .timeout, examples: ["20s", "5m"]),
        MemberSchema(
            "on_error", "After a failure", "What it means for the run when the step has failed, out of attempts.",
            .words(FailureStrategy.self), standard: "fail"),
        MemberSchema(
            "fallback", "Fallback", "The step's output after a failure, with \"on_error\": \"fallback\".", .anything),
        MemberSchema(
            "compensate", "Compensation", "The action that undoes the step when the run fails or is cancelled later.",
            .members(CompensationReader.members),
            examples: [["uses": "http@1.0.0/request", "input": ["url": "https://example.com/undo"]]]),
    ]

    private static let fallbackRule = MemberRule.when(
        "on_error", is: [FailureStrategy.fallback.rawValue], then: MemberRule.needs("fallback"),
        otherwise: MemberRule.without(["fallback"]))

    private static func failure(of kind: NodeKind) -> [MemberSchema] {
        guard !kind.isTrigger else {
            let words = [FailureStrategy.fail, .continue].map(\.rawValue)
            let about = "Triggers do not fail: without a meaning, and accepted."
            return [MemberSchema("on_error", "After a failure", about, .oneOf(words), standard: "fail")]
        }
        return failure.filter { member in
            switch member.name {
            case "retry": kind.isRetryable
            case "timeout": kind.takesTime
            case "compensate": kind.isCompensable
            default: true
            }
        }
    }

    // MARK: Containers

    private static func bodies(of kind: NodeKind) -> [MemberSchema] {
        kind.bodies.map { name in
            switch name {
            case "branches":
                MemberSchema(
                    name, "Branches", "Graphs by name, which run beside each other.",
                    ValueShape([
                        "type": "object", "minProperties": 1, "maxProperties": .int(Int64(NodeReader.mostBranches)),
                        "propertyNames": ["pattern": "^[A-Za-z0-9_-]{1,64}$"], "additionalProperties": graph.json,
                    ]), required: true)
            case "catch":
                MemberSchema(name, "Catch", "What is done when the body has failed; reads the error.", graph)
            case "finally":
                MemberSchema(
                    name, "Finally", "What is done at last in any case, also when the run is cancelled.", graph)
            default:
                MemberSchema(
                    name, "Body", "The graph inside; what no edge leads to is its beginning.", graph, required: true)
            }
        }
    }

    /// Inner nodes are held against the schemas of their own kinds.
    private static let graph: ValueShape = {
        let node: JSON = ["type": "object", "required": ["id", "type"]]
        let edge: JSON = ["type": "object", "required": ["source", "target"]]
        return .members(
            [
                MemberSchema(
                    "nodes", "Nodes", "Each by the schema of its kind.",
                    ValueShape(["type": "array", "minItems": 1, "items": node]), required: true),
                MemberSchema(
                    "edges", "Edges", "From node to node within this graph.",
                    ValueShape(["type": "array", "items": edge])),
            ] + GraphReader.editorMembers.map { MemberSchema($0, "Editor", "Kept for editors.", .anything) })
    }()

    // MARK: Editors

    private static let editors = NodeReader.editorMembers.map { name in
        MemberSchema(name, "Editor", "Kept for editors; means nothing to a run.", .anything)
    }
}
