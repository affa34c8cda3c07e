package import PatchbayJSON

/// What became of everything that a document holds.
package struct ImportReport: Sendable {
    package enum Verdict: String, Sendable, CaseIterable {
        /// It means the same here.
        case translated
        /// It means the same for most of what comes; the reasons say where it does not.
        case approximated
        /// It has no equal, and stands in the workflow as a note that is never carried out.
        case note
        /// Of an expression: it could not be translated, and its node became a note.
        case untranslated
        /// Of an expression: nothing here takes it; the node's reasons name the parameter.
        case unused
    }

    package struct Node: Sendable {
        package var name: String
        package var type: String
        package var version: Double
        package var verdict: Verdict
        /// Ids of the nodes that it became.
        package var ids: [String]
        package var reasons: [String]
    }

    package struct Expression: Sendable {
        package var node: String
        /// JSON pointer into n8n's document.
        package var pointer: String
        package var source: String
        package var verdict: Verdict
        package var result: String?
        package var reason: String?
    }

    package struct Credential: Sendable, Hashable {
        package var name: String
        /// n8n's type.
        package var type: String
        /// The connector that is to use it here.
        package var connector: String
    }

    package var nodes: [Node] = []
    package var expressions: [Expression] = []
    /// What concerns no single node.
    package var remarks: [String] = []
    package var credentials: [Credential] = []
    /// Ids of connectors that are not installed here and that the workflow uses.
    package var missingConnectors: [String] = []

    package func count(_ verdict: Verdict) -> Int { nodes.count { $0.verdict == verdict } }

    package var json: JSON {
        [
            "summary": [
                "nodes": Self.counts(nodes.map(\.verdict)), "expressions": Self.counts(expressions.map(\.verdict)),
            ],
            "nodes": .array(nodes.map(Self.json)), "expressions": .array(expressions.map(Self.json)),
            "remarks": .array(remarks.map(JSON.string)),
            "credentials": .array(
                credentials.map {
                    ["name": .string($0.name), "type": .string($0.type), "connector": .string($0.connector)]
                }), "missing_connectors": .array(missingConnectors.map(JSON.string)),
        ]
    }

    private static func counts(_ verdicts: [Verdict]) -> JSON {
        var object = JSONObject()
        for verdict in Verdict.allCases {
            let count = verdicts.count { $0 == verdict }
            if count > 0 { object[verdict.rawValue] = .int(Int64(count)) }
        }
        return .object(object)
    }

    private static func json(_ node: Node) -> JSON {
        [
            "name": .string(node.name), "type": .string(node.type), "version": .double(node.version),
            "verdict": .string(node.verdict.rawValue), "ids": .array(node.ids.map(JSON.string)),
            "reasons": .array(node.reasons.map(JSON.string)),
        ]
    }

    private static func json(_ expression: Expression) -> JSON {
        [
            "node": .string(expression.node), "pointer": .string(expression.pointer),
            "expression": .string(expression.source), "verdict": .string(expression.verdict.rawValue),
            "result": .string(orNull: expression.result), "reason": .string(orNull: expression.reason),
        ]
    }
}

extension JSON {
    fileprivate static func string(orNull text: String?) -> JSON {
        guard let text else { return .null }
        return .string(text)
    }
}
