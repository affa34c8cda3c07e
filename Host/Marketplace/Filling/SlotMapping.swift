import PatchbayExpressions
import PatchbayJSON

/// Gives credentials other names wherever a workflow names them: for an action or what undoes it, for a webhook's signature,
/// and in expressions.
struct SlotMapping {
    /// New names by the old ones; others stay.
    let names: [String: String]

    func map(_ workflow: JSON) -> JSON {
        expressions(workflow.mappingNodes(node))
    }

    private func node(_ node: JSONObject) -> JSONObject {
        var node = node
        rename("credential", in: &node)
        if case .object(var compensation)? = node["compensate"] {
            rename("credential", in: &compensation)
            node["compensate"] = .object(compensation)
        }
        if case .object(var config)? = node["config"], case .object(var verify)? = config["verify"] {
            for member in ["secret", "previous"] { rename(member, in: &verify) }
            config["verify"] = .object(verify)
            node["config"] = .object(config)
        }
        return node
    }

    private func rename(_ member: String, in object: inout JSONObject) {
        if let name = object[member]?.string, let other = names[name] { object[member] = .string(other) }
    }

    // MARK: Expressions

    private func expressions(_ value: JSON) -> JSON {
        switch value {
        case .string(let text) where text.contains("{{") && text.contains("credentials"): .string(replaced(text))
        case .array(let list): .array(list.map(expressions))
        case .object(let object): .object(object.reduce(into: JSONObject()) { $0[$1.name] = expressions($1.value) })
        default: value
        }
    }

    private func replaced(_ text: String) -> String {
        guard let uses = try? Template.uses(of: "credentials", in: text) else { return text }
        let source = Array(text.utf8)
        var result: [UInt8] = []
        var position = 0
        for use in uses {
            guard let other = names[use.name] else { continue }
            // Names of credentials may hold what names in expressions may not.
            result += source[position..<use.range.lowerBound] + Array("credentials.`\(other)`".utf8)
            position = use.range.upperBound
        }
        return String(decoding: result + source[position...], as: UTF8.self)
    }
}

extension SlotMapping {
    /// The credentials that a workflow names.
    static func names(in workflow: JSON) -> Set<String> {
        var found = TextFilling.names(in: workflow, of: "credentials")
        _ = workflow.mappingNodes { node in
            let verify = node["config"]?["verify"]
            let named = [
                node["credential"], node["compensate"]?["credential"], verify?["secret"], verify?["previous"],
            ]
            found.formUnion(named.compactMap { $0?.string })
            return node
        }
        return found
    }
}
