import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySchemas

/// The compiled schemas of all kinds.
enum NodeSchemas {
    static let byKind: [String: Schema] = Dictionary(
        uniqueKeysWithValues: NodeKind.allCases.compactMap { kind in
            (try? Schema(kind.jsonSchema)).map { (kind.rawValue, $0) }
        })

    /// What the schemas of their kinds have against the document's nodes, those in containers too.
    static func violations(of document: JSON) -> [String] {
        let graph = document["graph"] ?? document
        return (graph["nodes"]?.array ?? []).flatMap(violations(ofNode:))
    }

    static func violations(ofNode node: JSON) -> [String] {
        guard let type = node["type"]?.string, let schema = byKind[type] else { return ["no schema for \(node.text)"] }
        let own = schema.validate(node).map { "\(node["id"]?.text ?? "") \($0.instance): \($0.message)" }
        let bodies =
            ["body", "catch", "finally"].compactMap { node[$0] } + (node["branches"]?.object ?? [:]).map(\.value)
        return own + bodies.flatMap(violations(of:))
    }
}
